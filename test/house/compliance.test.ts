import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** How many requirements there are of each area; those on messages and on WebAuthn stand elsewhere. */
const areas = { OTP: 18, RATE: 12, LOOK: 11, LIFE: 20, SESS: 8, CRYP: 11, LOG: 10 } as const;

interface Row {
  readonly id: string;
  readonly tests: readonly { readonly file: string; readonly name: string }[];
  readonly remark: string;
}

/** The rows of docs/compliance.md: an id, what is required, the tests, a remark. */
function readRows(): readonly Row[] {
  const lines = readFileSync(`${root}docs/compliance.md`, 'utf8').split('\n');
  return lines
    .filter((line) => /^\| [A-Z]+-\d\d /.test(line))
    .map((line) => {
      const [id = '', , held = '', remark = ''] = line
        .slice(1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim());
      const tests = held.split('<br>').flatMap((text) => {
        const found = /^`([^`]+)`: (.+)$/.exec(text);
        return found === null ? [] : [{ file: found[1]!, name: found[2]!.replaceAll('\\', '') }];
      });
      return { id, tests, remark };
    });
}

describe('docs/compliance.md', () => {
  const rows = readRows();

  test('has each requirement once', () => {
    const wanted = Object.entries(areas).flatMap(([area, count]) =>
      Array.from({ length: count }, (_, index) => `${area}-${String(index + 1).padStart(2, '0')}`),
    );
    expect(rows.map(({ id }) => id)).toEqual(wanted);
  });

  test('names a test for each requirement, or says why there is none', () => {
    expect(rows.filter(({ tests, remark }) => tests.length === 0 && remark.length < 20)).toEqual([]);
  });

  test('names no test that does not exist', () => {
    const missing = rows.flatMap(({ id, tests }) =>
      tests
        .filter(({ file, name }) => {
          const path = `${root}${file}`;
          if (!existsSync(path)) return true;
          const source = readFileSync(path, 'utf8').replaceAll('\\', '');
          return !["'", '`', '"'].some((quote) => source.includes(quote + name));
        })
        .map(({ file, name }) => [id, file, name]),
    );
    expect(missing).toEqual([]);
  });
});
