import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import * as otp from './index.ts';
import { OtpError } from './otp-error.ts';

it('an error has its code, its name and its message', () => {
  const error = new OtpError('otp/invalid-hex', 'no');
  expect(error).toMatchObject({ name: 'OtpError', code: 'otp/invalid-hex', message: 'no' });
  expect(error).toBeInstanceOf(Error);
});

it('every code that is declared is thrown somewhere', () => {
  const sources = readdirSync(new URL('.', import.meta.url), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => [file, readFileSync(new URL(file, import.meta.url), 'utf8')] as const);
  const declared = sources.find(([file]) => file === 'otp-error.ts')![1].match(/'otp\/[a-z0-9-]+'/g)!;
  const rest = sources
    .filter(([file]) => file !== 'otp-error.ts')
    .map(([, text]) => text)
    .join('\n');
  // Two codes are made of the name of their parameter.
  const isThrown = (code: string) =>
    rest.includes(code) || (/-(digits|period)'$/.test(code) && rest.includes('`otp/uri-invalid-${name}`'));
  expect(declared.length).toBeGreaterThan(10);
  expect(declared.filter((code) => !isThrown(code))).toEqual([]);
  expect(rest).not.toMatch(/Math\.random/);
});

it('the public names are these and no others', () => {
  const names = [
    'Hotp',
    'KeyUri',
    'OtpError',
    'Secret',
    'Totp',
    'TotpTable',
    'decodeBase32',
    'decodeHex',
    'encodeBase32',
    'encodeHex',
  ];
  expect(Object.keys(otp).sort()).toEqual(names);
});
