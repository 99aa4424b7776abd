import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GuardedCopy, root, withoutGuard } from './guarded-copy.ts';
import { guards } from './guards.ts';

const isSlow = process.env['TIDELOCK_TEST_SLOW'] === '1';
const runMinutesMax = 4;
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

describe('the rules of the design that no code may break', () => {
  test('each of the ten has a stored patch that takes its guard away', () => {
    expect([...new Set(guards.map(({ rule }) => rule))].sort((left, right) => left - right)).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
    ]);
    const names = guards.map(({ guard }) => guard);
    expect(new Set(names).size).toBe(names.length);
  });

  test.each(guards)('rule $rule: the patch of "$guard" applies, and its test is there', (guard) => {
    const source = read(guard.file);
    expect(withoutGuard(source, guard)).not.toBe(source);
    const tests = read(guard.test.file);
    const titles = ["test('", 'test(`'].filter((opening) => tests.includes(`${opening}${guard.test.name}`));
    expect(titles).toHaveLength(1);
  });

  test('docs/testing.md has every one of them in its table', () => {
    const rows = read('docs/testing.md').replaceAll(/ +/g, ' ').split('\n');
    for (const { rule, guard, test: proof } of guards)
      expect(rows).toContain(`| ${rule} | ${guard} | \`${proof.name}\` |`);
  });
});

// Registered where it runs only: a test that is always skipped says nothing.
if (isSlow) {
  describe('without a guard, its test goes red', () => {
    let copy: GuardedCopy;
    beforeAll(() => {
      copy = new GuardedCopy();
    });
    afterAll(() => copy.remove());

    test.each([...new Set(guards.map(({ test: { file } }) => file))])(
      '%s is green as it stands',
      (file) => {
        const names = [
          ...new Set(guards.filter((guard) => guard.test.file === file).map((guard) => guard.test.name)),
        ];
        const { passed, failed } = copy.run(file, names);
        expect(failed).toEqual([]);
        for (const name of names) expect(passed.some((title) => title.startsWith(name))).toBe(true);
      },
      runMinutesMax * 60_000,
    );

    test.each(guards)(
      'rule $rule: "$guard"',
      (guard) => {
        const { failed } = copy.runWithout(guard);
        expect(failed.some((title) => title.startsWith(guard.test.name))).toBe(true);
      },
      runMinutesMax * 60_000,
    );
  });
}
