import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import * as entry from './index.ts';
import { ImportError } from './import-error.ts';
import { limits } from './limits.ts';
import { importFactors } from './import-factors.ts';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const declared = [...read('import-error.ts').matchAll(/\| '(import\/[a-z-]+)'/g)].map((match) => match[1]!);

it('every code that is declared is thrown somewhere, and explained in docs/errors.md', () => {
  const sources = readdirSync(new URL('.', import.meta.url), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/\.test\.ts$|^testing|import-error/.test(file))
    .map(read)
    .join('\n');
  const explained = [...read('../../../docs/errors.md').matchAll(/^\| `(import\/[a-z-]+)`/gm)].map(
    (match) => match[1]!,
  );
  expect(declared.length).toBeGreaterThan(20);
  expect(declared.filter((code) => !sources.includes(`'${code}'`))).toEqual([]);
  expect(explained.toSorted()).toEqual(declared.toSorted());
});

it('an error has its code, its name and its message', () => {
  const error = new ImportError('import/malformed', 'no');
  expect(error).toMatchObject({ name: 'ImportError', code: 'import/malformed', message: 'no' });
  expect(error).toBeInstanceOf(Error);
});

it('every warning of an entry stands in the README', () => {
  const readme = read('../README.md');
  const own = [...read('imported-factor.ts').matchAll(/^ {2}\| '([a-z-]+)'/gm)].map((match) => match[1]!);
  expect(own.length).toBeGreaterThan(5);
  expect(own.filter((warning) => !readme.includes(`\`${warning}\``))).toEqual([]);
});

it('the bounds of digits and period are those of @tidelock/otp', async () => {
  const uri = (more: string) => `otpauth://totp/a?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&${more}`;
  const { digitsMin, digitsMax, periodSecondsMin, periodSecondsMax } = limits;
  const inside = [
    `digits=${digitsMin}`,
    `digits=${digitsMax}`,
    `period=${periodSecondsMin}`,
    `period=${periodSecondsMax}`,
  ];
  const outside = [
    `digits=${digitsMin - 1}`,
    `digits=${digitsMax + 1}`,
    `period=${periodSecondsMin - 1}`,
    `period=${periodSecondsMax + 1}`,
  ];
  const { entries, failures } = await importFactors([...inside, ...outside].map(uri).join('\n'));
  expect(entries).toHaveLength(4);
  expect(failures.every(({ code }) => code.startsWith('otp/uri-invalid-'))).toBe(true);
  expect(failures).toHaveLength(4);
});

it('the public names are these and no others', () => {
  expect(Object.keys(entry).sort()).toEqual([
    'ImportError',
    'exportGoogleMigration',
    'exportUriList',
    'importFactors',
    'importFormats',
    'importQrPng',
    'steamCode',
  ]);
});
