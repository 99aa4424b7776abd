import { expect, test } from 'vitest';
import { formatBackupCode, normaliseBackupCode } from './backup-codes.ts';

test('A7 a typed backup code is read in its own alphabet, and every character counts', () => {
  expect(normaliseBackupCode('0123456789abcdef', 'crockford16')).toBe('0123456789ABCDEF');
  expect(normaliseBackupCode('oOiIlL6789abcdef', 'crockford16')).toBe('0011116789ABCDEF');
  expect(normaliseBackupCode('0123ABCD', 'hex8')).toBe('0123abcd');
  expect(normaliseBackupCode('0123ABCDEF', 'hex10')).toBe('0123abcdef');
});

test('A8 what is too short, too long, or of another alphabet in a single place is none', () => {
  for (const typed of ['', '0123456789ABCDE', '0123456789ABCDEF0', '0123456789ABCDEU', 'U123456789ABCDEF'])
    expect(normaliseBackupCode(typed, 'crockford16'), typed).toBeNull();
  // Each ß becomes two letters in upper case, so that the text is as long as a code when it is read.
  expect(normaliseBackupCode('0123456789ABCDß', 'crockford16')).toBeNull();
  expect(normaliseBackupCode('0123456789ABCDEß', 'crockford16')).toBeNull();
  expect(normaliseBackupCode('ßßßßßßßß', 'crockford16')).toBeNull();
  for (const typed of ['0123abc', '0123abcde', '0123abcg', 'g123abcd', 'ABCDEFGH'])
    expect(normaliseBackupCode(typed, 'hex8'), typed).toBeNull();
  expect(normaliseBackupCode('0123abcd', 'hex10')).toBeNull();
});

test('LOOK-01 a backup code is read in groups of four, or of five for ten characters', () => {
  expect(formatBackupCode('0123456789ABCDEF')).toBe('0123-4567-89AB-CDEF');
  expect(formatBackupCode('0123abcdef')).toBe('0123a-bcdef');
  expect(formatBackupCode('0123abcd')).toBe('0123-abcd');
});
