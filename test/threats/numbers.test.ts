import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The threat classes that are held, and the rows of what must work that are done: each has a test that carries its number. */
const numbers = {
  A: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19],
  // With two digits, the rows of what goes beyond.
  B: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, '02', '05', '06', '07', '09'],
  C: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25],
  E: [1],
  F: [1, 2, 3, 4, 5],
  S: [
    '01',
    '02',
    '03',
    '04',
    '05',
    '06',
    '07',
    '08',
    '09',
    10,
    11,
    12,
    13,
    14,
    16,
    17,
    18,
    23,
    24,
    25,
    26,
    27,
    28,
    29,
    30,
    31,
    32,
    33,
    34,
    35,
    36,
    37,
    38,
    40,
    41,
    42,
  ],
};

/** What stands in the names of tests; a number in a comment proves nothing. */
function provedNumbers(): ReadonlySet<string> {
  const listed = execFileSync(
    'git',
    ['ls-files', '--cached', '--others', '--exclude-standard', '*.test.ts', '*.test.tsx'],
    {
      cwd: root,
      encoding: 'utf8',
    },
  );
  const proved = new Set<string>();
  for (const path of listed.trim().split('\n')) {
    const source = readFileSync(`${root}${path}`, 'utf8');
    const names = source.matchAll(
      /\b(?:test|it|describe|runIf|test\w*)(?:\.\w+(?:\([^)]*\))?)*\(\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|`((?:[^`\\]|\\.)*)`)/g,
    );
    for (const [, single, double, template] of names) {
      for (const [number] of (single ?? double ?? template ?? '').matchAll(/\b[A-FS]\d{1,2}\b/g))
        proved.add(number);
    }
  }
  return proved;
}

test('every threat class that is held and every row that is done has a test with its number', () => {
  const proved = provedNumbers();
  const wanted = Object.entries(numbers).flatMap(([letter, list]) =>
    list.map((number) => `${letter}${number}`),
  );
  expect(wanted.filter((number) => !proved.has(number))).toEqual([]);
});
