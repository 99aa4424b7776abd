import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A small house of the same shape, with one thing planted in it: a rule that sees nothing would pass on it. */
function cruise(files: Record<string, string>): string {
  const house = mkdtempSync(join(tmpdir(), 'tidelock-floors-'));
  try {
    for (const name of ['.dependency-cruiser.js', 'tsconfig.base.json'])
      copyFileSync(join(root, name), join(house, name));
    writeFileSync(join(house, 'package.json'), '{"type":"module"}');
    mkdirSync(join(house, 'node_modules/@tidelock'), { recursive: true });
    for (const name of ['otp', 'engine', 'web', 'store-sqlite']) {
      const folder = join(house, 'packages', name);
      mkdirSync(join(folder, 'src'), { recursive: true });
      const exports = { '.': { 'tidelock-source': './src/index.ts' } };
      const dependencies = { '@tidelock/otp': '*', '@tidelock/engine': '*', '@tidelock/web': '*' };
      writeFileSync(
        join(folder, 'package.json'),
        JSON.stringify({ name: `@tidelock/${name}`, type: 'module', exports, dependencies }),
      );
      writeFileSync(join(folder, 'src/index.ts'), 'export const nothing = 0;\n');
      symlinkSync(folder, join(house, 'node_modules/@tidelock', name));
    }
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(house, path)), { recursive: true });
      writeFileSync(join(house, path), text);
    }
    const command = join(root, 'node_modules/.bin/depcruise');
    const run = spawnSync(command, ['--config', '.dependency-cruiser.js', 'packages'], {
      cwd: house,
      encoding: 'utf8',
    });
    return run.stdout + run.stderr;
  } finally {
    rmSync(house, { recursive: true, force: true });
  }
}

test('an empty house of this shape passes', () => {
  expect(cruise({})).toContain('no dependency violations');
});

test('an import that goes up is refused', () => {
  const planted = cruise({ 'packages/otp/src/up.ts': "export { nothing } from '@tidelock/engine';\n" });
  expect(planted).toContain('floor-0-otp');
});

test('an import that goes sideways is refused', () => {
  const planted = cruise({
    'packages/web/src/sideways.ts': "export { nothing } from '@tidelock/store-sqlite';\n",
  });
  expect(planted).toContain('floor-2-web');
});

test('a cycle is refused', () => {
  const planted = cruise({
    'packages/otp/src/a.ts': "import { b } from './b.ts';\nexport const a = (): number => b();\n",
    'packages/otp/src/b.ts': "import { a } from './a.ts';\nexport const b = (): number => a();\n",
  });
  expect(planted).toContain('no-cycle');
});

test('an import of the own index.ts is refused', () => {
  const planted = cruise({ 'packages/engine/src/inner.ts': "export { nothing } from './index.ts';\n" });
  expect(planted).toContain('no-inner-index');
});

test('Node in the pure part of the engine is refused, and in its platform it is not', () => {
  const text = "export { randomBytes } from 'node:crypto';\n";
  expect(cruise({ 'packages/engine/src/decisions/planted.ts': text })).toContain('platform-only');
  expect(cruise({ 'packages/engine/src/platform/fine.ts': text })).toContain('no dependency violations');
});

test('an import that nobody can resolve is refused', () => {
  expect(cruise({ 'packages/otp/src/lost.ts': "export * from './nowhere.ts';\n" })).toContain(
    'no-unresolved',
  );
});
