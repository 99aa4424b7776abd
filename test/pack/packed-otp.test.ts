import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { Application, LogLevel } from 'typedoc';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packOtp, type PackedOtp } from './packed-otp.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
let packed: PackedOtp;
beforeAll(async () => {
  packed = await packOtp();
});
afterAll(() => packed.remove());

test('publint has nothing to say about the package', async () => {
  const tarball = readFileSync(packed.tarball);
  const { messages, pkg } = await publint({
    pack: { tarball: Uint8Array.from(tarball).buffer },
    strict: true,
  });
  expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
});

test('its types are found and right for ESM and bundlers; it says nothing to CommonJS', async () => {
  const checked = await checkPackage(
    createPackageFromTarballData(new Uint8Array(readFileSync(packed.tarball))),
  );
  if (checked.types === false) throw new Error('The package has no types.');
  const problems = checked.problems
    .filter((problem) => !('resolutionKind' in problem) || problem.resolutionKind !== 'node10')
    .filter(({ kind }) => kind !== 'CJSResolvesToESM')
    .map(({ kind }) => kind);
  expect(problems).toEqual([]);
});

test('a fresh strict ESM project compiles against it and runs', () => {
  const { consumer } = packed;
  writeFileSync(
    join(consumer, 'main.ts'),
    `import { Hotp, KeyUri, OtpError, Secret, Totp, type TotpMatch } from '@tidelock/otp';
import { qrDataUri } from '@tidelock/otp/qr';
import { Totp as LeanTotp } from '@tidelock/otp/totp-sha1';
const secret: Secret = Secret.fromText('12345678901234567890');
const totp = new Totp(secret);
const match: TotpMatch | null = totp.verify('287082', { at: 59 });
const uri = KeyUri.parse(totp.uri({ issuer: 'Acme', accountName: 'user' }));
const isError = new OtpError('otp/invalid-hex', '') instanceof Error && Totp.name + Secret.name === 'TotpSecret';
const lean = new LeanTotp(uri.secret.toBase32()).generate({ at: 59 });
const qr = qrDataUri(uri.toString()).startsWith('data:image/png');
let isSame = false;
try {
  qrDataUri('x'.repeat(5000));
} catch (error) {
  isSame = error instanceof OtpError;
}
process.stdout.write(JSON.stringify([match, new Hotp(secret).generate(0), lean, isError, qr, isSame]));
`,
  );
  const compilerOptions = {
    target: 'es2023',
    module: 'nodenext',
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
  };
  writeFileSync(join(consumer, 'package.json'), '{ "type": "module", "private": true }');
  writeFileSync(join(consumer, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['main.ts'] }));
  execFileSync(join(root, 'node_modules/.bin/tsc'), ['-p', consumer], { stdio: 'pipe' });
  const output = execFileSync(process.execPath, [join(consumer, 'main.js')], { encoding: 'utf8' });
  expect(JSON.parse(output)).toEqual([{ step: 1, drift: 0 }, '755224', '287082', true, true, true]);
});

test('the package holds what it needs and nothing else', () => {
  const listed = execFileSync('tar', ['-tzf', packed.tarball], { encoding: 'utf8' }).trim().split('\n');
  expect(
    listed.filter(
      (path) => !/^package\/(dist\/.*\.(js|d\.ts|map)|README\.md|LICENSE|package\.json)$/.test(path),
    ),
  ).toEqual([]);
});

test('typedoc has no warning', async () => {
  const entryPoints = ['index.ts', 'totp-sha1.ts', 'qr/index.ts'].map((file) =>
    join(root, 'packages/otp/src', file),
  );
  const app = await Application.bootstrap({
    entryPoints,
    tsconfig: join(root, 'packages/otp/tsconfig.json'),
    logLevel: LogLevel.None,
    readme: 'none',
    disableSources: true,
    validation: { notExported: true, invalidLink: true, notDocumented: false },
  });
  const project = await app.convert();
  expect(project).toBeDefined();
  app.validate(project!);
  expect([app.logger.errorCount, app.logger.warningCount]).toEqual([0, 0]);
});
