import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
});
const files = listed.split('\n').filter((path) => path !== '' && existsSync(`${root}${path}`));
const sources = files.filter(
  (path) => /^(packages|examples)\/.*\.tsx?$/.test(path) && !path.includes('.gen.'),
);
const read = (path: string): string => readFileSync(`${root}${path}`, 'utf8');

test('no source is longer than 400 lines', () => {
  expect(sources.length).toBeGreaterThan(50);
  expect(sources.filter((path) => read(path).split('\n').length > 401)).toEqual([]);
});

test('no file is named for being a heap of things', () => {
  const heaps = /(^|\/)(utils?|helpers?|common|types|misc)(\.|\/)/;
  expect(files.filter((path) => /^(packages|examples|test|bench)\//.test(path) && heaps.test(path))).toEqual(
    [],
  );
});

test('OTP-06 Math.random occurs nowhere, in tests neither', () => {
  expect(sources.filter((path) => /Math\.random/.test(read(path)))).toEqual([]);
});

test('below web nobody asks the machine for the time', () => {
  const below = sources.filter(
    (path) => /^packages\/(otp|engine|store-[a-z]+)\/src\//.test(path) && !path.endsWith('.test.ts'),
  );
  const asks = (pattern: RegExp): readonly string[] =>
    below.filter((path) => pattern.test(read(path))).toSorted();
  // The platform, and in the library the two entries that read the clock where no time is given.
  expect(asks(/Date\.now\(|new Date\(\)/)).toEqual([
    'packages/engine/src/platform/node-crypto.ts',
    'packages/otp/src/clock.ts',
    'packages/otp/src/totp-sha1.ts',
  ]);
  // How long a lock has been waited for is no time of day.
  expect(asks(/performance\.now/)).toEqual(['packages/store-sqlite/src/connection.ts']);
});

test('every package says its licence, and every command of the README exists', () => {
  for (const path of files.filter((file) => /^packages\/[^/]+\/package\.json$/.test(file))) {
    expect(JSON.parse(read(path))).toMatchObject({ license: 'MIT', type: 'module', sideEffects: false });
  }
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  for (const [, name] of read('README.md').matchAll(/npm run ([a-z]+)/g))
    expect(scripts).toHaveProperty([name!]);
});

test('every link from one document to another leads somewhere', () => {
  for (const path of files.filter((file) => file.endsWith('.md'))) {
    for (const [, target] of read(path).matchAll(/\]\((?!https?:|#|mailto:)([^)#]+)(#[^)]*)?\)/g)) {
      const resolved = new URL(target!, `file:///${path}`).pathname.slice(1);
      expect(existsSync(`${root}${decodeURIComponent(resolved)}`), `${path} → ${target}`).toBe(true);
    }
  }
});
