import { expect, test } from 'vitest';
import { readMailedCode } from './mailed-code.ts';
import { readTypedCode } from './typed-code.ts';

const read = (typed: unknown, lengths: readonly number[] = [6]) =>
  readTypedCode(typed, { backupCodeFormat: 'crockford16', isDigits: (length) => lengths.includes(length) });
const malformed = { form: 'malformed' };

test('A7 S27 digits are a code where a factor shows so many, with blanks and dashes as people put them', () => {
  expect(read('482910')).toEqual({ form: 'digits', code: '482910' });
  expect(read(' 482-910 ')).toEqual({ form: 'digits', code: '482910' });
  expect(read('12345678', [6, 8])).toEqual({ form: 'digits', code: '12345678' });
  expect(read('12345678')).toEqual(malformed);
  expect(read('12345', [5])).toEqual(malformed);
  expect(read('123456789', [9])).toEqual(malformed);
  expect(read('x48291', [6])).toEqual(malformed);
  expect(read('48291x', [6])).toEqual(malformed);
  expect(read('٤٨٢٩١٠')).toEqual(malformed);
});

test('A8 digits of a number that nothing has may be a backup code', () => {
  const code = '0123456789012345';
  expect(read(code, [6, 16])).toEqual({ form: 'backupCode', code, format: 'crockford16' });
  expect(read('0123-4567-89AB-cdef')).toMatchObject({ form: 'backupCode', code: '0123456789ABCDEF' });
});

test('A8 what is no text, or longer than anybody types, is looked at no further', () => {
  const padded = (length: number) => '482910'.padEnd(length);
  expect(read(padded(64))).toEqual({ form: 'digits', code: '482910' });
  expect(read(padded(65))).toEqual(malformed);
  for (const typed of [482_910, null, ['482910'], {}]) expect(read(typed)).toEqual(malformed);
  expect(readMailedCode('abcd-2345'.padEnd(64))).toBe('ABCD2345');
  expect(readMailedCode('abcd-2345'.padEnd(65))).toBeNull();
});
