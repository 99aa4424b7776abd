import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packOtp, type PackedOtp } from './packed-otp.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const source = join(root, 'packages/otp/src');
const names = ['Hotp', 'KeyUri', 'OtpError', 'Secret', 'Totp', 'TotpTable'];
const pictures = ['qrDataUri', 'qrPng', 'qrSvg', 'qrTerminal'];
const functions = ['decodeBase32', 'decodeHex', 'encodeBase32', 'encodeHex'];

let packed: PackedOtp;
beforeAll(async () => {
  packed = await packOtp();
});
afterAll(() => packed.remove());

const readme = readFileSync(join(root, 'packages/otp/README.md'), 'utf8');

/** The examples of the manual. */
const blocks = [...readme.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map((match) => match[1]!);

/** The right column of the tables of migration: what to write instead. */
const migrations = readme
  .slice(readme.indexOf('## Coming from'), readme.indexOf('## How fast'))
  .split('\n')
  .map((line) => /\| `([^`]+)` +\|$/.exec(line)?.[1])
  .filter((cell) => cell !== undefined);

/** The examples of the docstrings, each with the file that it stands in. */
const docstrings = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .flatMap((file) =>
    [...readFileSync(join(source, file), 'utf8').matchAll(/@example\n((?: *\* .*\n)+)/g)].map((match) => {
      const text = match[1]!.replace(/^ *\* ?/gm, '');
      const lean = file === 'totp-sha1.ts' ? "import { Totp } from '@tidelock/otp/totp-sha1';\n" : '';
      return `${lean}${text}`;
    }),
  );

/** An example as a module: what it does not import is imported, and a line that ends in a value is held against it. */
function moduleOf(example: string): string {
  const own = /^import .*$/gm;
  const imported = (example.match(own) ?? []).join('\n');
  const missing = (list: readonly string[]) =>
    list.filter((name) => !new RegExp(`\\b${name}\\b`).test(imported)).join(', ');
  return [
    `import assert from 'node:assert/strict';`,
    imported,
    `import { ${missing([...names, ...functions])} } from '@tidelock/otp';`,
    `import { ${missing(pictures)} } from '@tidelock/otp/qr';`,
    ...example.replace(own, '').split('\n').map(withCheck),
  ].join('\n');
}

function withCheck(line: string): string {
  const parts = /^(?:(const|let) (\w+) = )?(.+); \/\/ (.+)$/.exec(line);
  if (parts === null) return line;
  const [, keyword, name, expression, value] = parts;
  if (!/^(['{[\d]|true$|false$|null$|new )/.test(value!) || /^\d+ [a-z]/.test(value!)) return line;
  return keyword === undefined
    ? `assert.deepEqual(${expression}, ${value});`
    : `${keyword} ${name} = ${expression};\nassert.deepEqual(${name}, ${value});`;
}

test('every example of the manual and of the docstrings compiles against the packed library and gives what it says', () => {
  expect(blocks.length).toBeGreaterThan(15);
  expect(docstrings.length).toBeGreaterThanOrEqual(6);
  expect(migrations.length).toBeGreaterThan(20);
  const table = [
    `const secret: string = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'; const code: string = '123456'; const counter: number = 1;`,
    ...migrations.map((cell) => `void (${cell});`),
  ].join('\n');
  const files = [...blocks, ...docstrings, table].map((example, index) => {
    const file = `example-${index}.ts`;
    writeFileSync(join(packed.consumer, file), moduleOf(example));
    return file;
  });
  const compilerOptions = {
    target: 'es2023',
    module: 'nodenext',
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
  };
  const main = files.map((file) => `await import('./${file.replace('.ts', '.js')}');`).join('\n');
  writeFileSync(join(packed.consumer, 'main.ts'), `${main}\nexport {};\n`);
  writeFileSync(join(packed.consumer, 'package.json'), '{ "type": "module", "private": true }');
  writeFileSync(
    join(packed.consumer, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, files: ['main.ts', ...files] }),
  );
  run(join(root, 'node_modules/.bin/tsc'), ['-p', packed.consumer]);
  run(process.execPath, [join(packed.consumer, 'main.js')]);
});

test('every function that the library exports has its example in the manual', () => {
  const examples = blocks.join('\n');
  const methods = ['totp.ts', 'hotp.ts', 'totp-table.ts', 'secret.ts', 'key-uri.ts'].flatMap((file) =>
    [...readFileSync(join(source, file), 'utf8').matchAll(/^ {2}(?:static )?([a-z]\w+)\((?:.*\{)?$/gm)].map(
      (match) => match[1]!,
    ),
  );
  const told = ['constructor', 'toString', 'toJSON'];
  const missing = [...new Set([...names, ...functions, ...pictures, ...methods])].filter(
    (name) => !told.includes(name) && !new RegExp(`\\b${name}\\b`).test(examples),
  );
  expect(missing).toEqual([]);
});

/** What the command says when it fails is the failure. */
function run(command: string, args: readonly string[]): void {
  try {
    execFileSync(command, args, { stdio: 'pipe', encoding: 'utf8' });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${stdout}${stderr}`, { cause: error });
  }
}
