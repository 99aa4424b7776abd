import { expect, test } from 'vitest';
import { keyOf, normaliseAccount, normaliseLabel, normaliseTenant, normaliseText } from './account-id.ts';

const text = (value: unknown, most = 3) => normaliseText(value as string, 'a name', most);

test('A7 a text is kept in the one form that Unicode has for it, and counted in that form', () => {
  expect(text('e\u0301e\u0301e\u0301')).toBe('ééé');
  expect(text('😀😀😀')).toBe('😀😀😀');
  expect(normaliseAccount('a'.repeat(200))).toHaveLength(200);
  expect(normaliseLabel('a'.repeat(64))).toHaveLength(64);
  expect(text('…')).toBe('…');
});

test('C14 each refusal of a text says what was wrong, and never repeats it', () => {
  const refusals: readonly (readonly [unknown, string])[] = [
    [7, 'a name is a string.'],
    ['', 'a name has 1 to 3 characters; this one has 0.'],
    ['abcd', 'a name has 1 to 3 characters; this one has 4.'],
    ['abcdefghijkl', 'a name has 1 to 3 characters; this one has 12.'],
    ['abcdefghijklm', 'a name has at most 3 characters.'],
    ['a\ud800', 'a name is well-formed Unicode: this one has a lone surrogate.'],
    ['.', 'a name is neither "." nor "..".'],
    ['..', 'a name is neither "." nor "..".'],
    ['a\n', 'a name has no control characters.'],
    ['\u2028', 'a name has no control characters.'],
    ['\u2029', 'a name has no control characters.'],
  ];
  for (const [value, message] of refusals) expect(() => text(value), message).toThrowError(message);
  expect(() => text(7)).toThrowError(TypeError);
  expect(() => text('')).toThrowError(RangeError);
  expect(() => normaliseAccount('')).toThrowError('an account id has 1 to 200');
  expect(() => normaliseLabel('')).toThrowError('a label has 1 to 64');
});

test('A14 a tenant is named by letters, digits and inner dashes, 63 of them at most', () => {
  for (const tenant of ['a', '7', 'a-b', `a${'b'.repeat(61)}c`]) expect(normaliseTenant(tenant)).toBe(tenant);
  for (const tenant of ['', '-a', 'a-', 'A', 'a_b', 'a\n', '-', `a${'b'.repeat(62)}c`, 5, ['a']])
    expect(() => normaliseTenant(tenant as string), String(tenant)).toThrowError(
      'A tenant is named by 1 to 63 characters',
    );
});

test('C18 the key of an account says where its tenant ends', () => {
  expect(keyOf({ tenant: 'acme', account: 'alice' })).toBe('4:acmealice');
});
