import { describe, expect, it } from 'vitest';
import { KeyUri } from './key-uri.ts';

const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const base = `otpauth://totp/Acme:alice?secret=${secret}&issuer=Acme`;
const read = (text: string) => {
  const { type, issuer, accountName, algorithm, digits, periodSeconds, counter, warnings, ...rest } =
    KeyUri.parse(text);
  expect(rest.secret.toBase32()).toBe(secret);
  return { type, issuer, accountName, algorithm, digits, periodSeconds, counter, warnings };
};
const plain = {
  ...({ type: 'totp', issuer: 'Acme', accountName: 'alice', algorithm: 'SHA1' } as const),
  ...{ digits: 6, periodSeconds: 30, counter: 0, warnings: [] },
};
const code = (name: string) => expect.objectContaining({ name: 'OtpError', code: `otp/uri-${name}` });

describe('what the parser takes (S03)', () => {
  it.each([
    ['any case', `OTPAUTH://TOTP/Acme:alice?SECRET=${secret}&Issuer=Acme&ALGORITHM=sha1`, {}],
    ['a byte order mark and blanks around it', `\ufeff ${base}\r\n`, {}],
    ['an encoded colon', base.replace(':alice', '%3Aalice'), {}],
    ['an encoded colon in lower case with blanks after', base.replace(':alice', '%3a%20%20alice'), {}],
    ['raw blanks', base.replace('Acme:alice', 'Acme: alice b'), { accountName: 'alice b' }],
    ['a label without issuer', base.replace('Acme:', ''), {}],
    ['an issuer in the label alone', base.replace('&issuer=Acme', ''), {}],
    ['no issuer at all', `otpauth://totp/alice?secret=${secret}`, { issuer: null, warnings: ['no-issuer'] }],
    [
      'an issuer that differs: the parameter counts',
      base.replace('Acme:', 'Other:'),
      { warnings: ['issuer-mismatch'] },
    ],
    ['an empty prefix', base.replace('Acme:', ':'), {}],
    ['no account name', base.replace('alice', ''), { accountName: '', warnings: ['no-account-name'] }],
    [
      'no label',
      `otpauth://totp?secret=${secret}&issuer=Acme`,
      { accountName: '', warnings: ['no-account-name'] },
    ],
    ['a second colon', base.replace('alice', 'a:b'), { accountName: 'a:b', warnings: ['colon-in-name'] }],
    [
      'an issuer with a colon',
      `otpauth://totp/A%3AB:alice?secret=${secret}&issuer=A%3AB`,
      { issuer: 'A:B', warnings: ['colon-in-name'] },
    ],
    ['empty values', `${base}&algorithm=&digits=&period=&counter=`, {}],
    ['an empty issuer', base.replace('issuer=Acme', 'issuer='), {}],
    ['the usual spelled out', `${base}&algorithm=SHA1&digits=6&period=30`, {}],
    ['SHA-256', `${base}&algorithm=SHA-256`, { algorithm: 'SHA256', warnings: ['unusual-parameters'] }],
    ['HmacSHA512', `${base}&algorithm=HmacSHA512`, { algorithm: 'SHA512', warnings: ['unusual-parameters'] }],
    [
      'eight digits and a minute',
      `${base}&digits=8&period=60`,
      { digits: 8, periodSeconds: 60, warnings: ['unusual-parameters'] },
    ],
    [
      'a plus for a blank in the query alone',
      `otpauth://totp/A+B:a+b?secret=${secret}&issuer=A+B`,
      { issuer: 'A B', accountName: 'a+b', warnings: ['issuer-mismatch'] },
    ],
    [
      'unknown parameters',
      `${base}&image=https%3A%2F%2Fexample.com&image=2`,
      { warnings: ['unknown-parameter'] },
    ],
    ['empty parts of the query', `${base}&&`, {}],
    ['a fragment', `${base}#x`, {}],
    ['the scheme of Apple', base.replace('otpauth', 'apple-otpauth'), { warnings: ['apple-scheme'] }],
    ['hotp', base.replace('totp', 'hotp') + '&counter=5', { type: 'hotp', counter: 5 }],
    ['hotp without counter', base.replace('totp', 'hotp'), { type: 'hotp', warnings: ['counter-missing'] }],
    [
      'a counter over 2^53',
      base.replace('totp', 'hotp') + '&counter=18446744073709551615',
      { type: 'hotp', counter: 2n ** 64n - 1n },
    ],
    [
      'names in other scripts',
      base.replaceAll('Acme', '%E4%BE%8B').replace('alice', 'zoe%CC%88'),
      { issuer: '例', accountName: 'zo\u00eb' },
    ],
    ['a slash in the label', base.replace('alice', 'a/b'), { accountName: 'a/b' }],
    ['encoded once, decoded once', base.replace('alice', 'a%2541'), { accountName: 'a%41' }],
  ])('takes %s', (_, text, difference) => {
    expect(read(text)).toEqual({ ...plain, ...difference });
  });

  it.each([
    'gezdgnbvgy3tqojqgezdgnbvgy3tqojq',
    'GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ',
    'GEZD-GNBV-GY3T-QOJQ-GEZD-GNBV-GY3T-QOJQ',
    'GEZD+GNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
  ])('takes the secret %s', (form) => {
    expect(read(base.replace(secret, form))).toEqual({ ...plain, warnings: ['secret-not-canonical'] });
  });

  it.each(['=', '%3D'])('takes padding written as %s', (sign) => {
    const uri = KeyUri.parse(`otpauth://totp/Acme:alice?secret=MZXW6YTBOI${sign.repeat(6)}&issuer=Acme`);
    expect(uri.secret.toHex()).toBe('666f6f626172');
    expect(uri.warnings).toEqual(['secret-not-canonical', 'weak-secret']);
  });

  it('what was read is written in the one safe form', () => {
    const text = `apple-otpauth://TOTP/Acme%3a%20Alice?issuer=Acme&secret=${secret.toLowerCase()}&digits=06`;
    expect(KeyUri.parse(text).toString()).toBe(`otpauth://totp/Acme:Alice?secret=${secret}&issuer=Acme`);
  });
});

describe('what the parser refuses', () => {
  it.each([
    ['MD5', `${base}&algorithm=MD5`, 'invalid-algorithm'],
    ['an unknown algorithm', `${base}&algorithm=SHA3-256`, 'invalid-algorithm'],
    ['SHA224', `${base}&algorithm=SHA224`, 'invalid-algorithm'],
    ['a known parameter twice', `${base}&secret=${secret}`, 'repeated-parameter'],
    ['one twice in another case, once empty', `${base}&ISSUER=`, 'repeated-parameter'],
    ...['0x6', '6.0', '1e1', '5', '9', '-6', '+6', ' ', 'six', '٦', '6 6']
      .slice(0, 7)
      .map((digits) => [
        `digits ${digits}`,
        `${base}&digits=${encodeURIComponent(digits)}`,
        'invalid-digits',
      ]),
    ['digits in other numerals', `${base}&digits=%D9%A6`, 'invalid-digits'],
    ...['0', '-30', '14', '301', '1e2', '99999999999'].map((period) => [
      `period ${period}`,
      `${base}&period=${period}`,
      'invalid-period',
    ]),
    ...['-1', '18446744073709551616', '1e3', '0x1', '9'.repeat(30)].map((counter) => [
      `counter ${counter}`,
      `${base.replace('totp', 'hotp')}&counter=${counter}`,
      'invalid-counter',
    ]),
    ['no secret', 'otpauth://totp/Acme:alice?issuer=Acme', 'invalid-secret'],
    ['an empty secret', 'otpauth://totp/Acme:alice?secret=&issuer=Acme', 'invalid-secret'],
    ['no name at all', 'otpauth://totp/?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', 'malformed'],
    ['no name of a counter', 'otpauth://hotp/?SECRET=hotp#?issuer=A%3AB', 'malformed'],
    ['a secret of dashes', 'otpauth://totp/Acme:alice?secret=--&issuer=Acme', 'invalid-secret'],
    ['a secret that is no base32', 'otpauth://totp/Acme:alice?secret=CodingFleet', 'invalid-secret'],
    ['control characters', base.replace('alice', 'al\u0007ice'), 'malformed'],
    ['encoded control characters', base.replace('alice', 'al%0Aice'), 'malformed'],
    ['control characters in the issuer', base.replace('=Acme', '=Ac%00me'), 'malformed'],
    ['broken percent-encoding', base.replace('alice', 'al%ice'), 'malformed'],
    ['broken UTF-8', base.replace('alice', '%ff'), 'malformed'],
    ['broken percent-encoding in an unknown parameter', `${base}&x=%`, 'malformed'],
    ['half a surrogate pair', base.replace('alice', '\ud800'), 'malformed'],
    ['user-info', base.replace('totp/', 'me@totp/'), 'malformed'],
    ['a port', base.replace('totp/', 'totp:80/'), 'malformed'],
    ['another scheme', base.replace('otpauth', 'https'), 'malformed'],
    ['a scheme that is a property of every object', base.replace('otpauth', 'constructor'), 'malformed'],
    ['a type that is a property of every object', base.replace('totp', 'constructor'), 'malformed'],
    ['no type', base.replace('totp', ''), 'malformed'],
    ['no URI', 'hello', 'malformed'],
    ['nothing', '', 'malformed'],
    ['more than 2048 characters', base.replace('alice', 'a'.repeat(2048)), 'too-long'],
  ] as [string, string, string][])('refuses %s', (_, text, name) => {
    expect(() => KeyUri.parse(text)).toThrow(code(name));
  });

  it.each([
    ['steam', `otpauth://steam/Steam:me?secret=${secret}`, /Steam/],
    ['encoder=steam', `${base}&encoder=Steam`, /Steam/],
    ['steam://', 'steam://ABCDEFGH', /Steam/],
    ['yaotp', `otpauth://yaotp/me?secret=${secret}`, /Yandex/],
    ['motp', 'motp://x:y?secret=00', /Mobile-OTP/],
    ['the export of Google Authenticator', 'otpauth-migration://offline?data=AA', /@tidelock\/import/],
  ])('recognises %s and explains it', (_, text, message) => {
    expect(() => KeyUri.parse(text)).toThrow(code('unsupported'));
    expect(() => KeyUri.parse(text)).toThrow(message);
  });

  it('no error holds a secret or a name', () => {
    for (const change of ['&digits=9', '&secret=x', '&algorithm=MD5', '&x=%', '&period=canary']) {
      expect(() => KeyUri.parse(`otpauth://totp/canary:canary?secret=${secret}${change}`)).not.toThrow(
        new RegExp(`canary|${secret}`, 'i'),
      );
    }
  });

  it('what is no string is a TypeError', () => {
    for (const wrong of [undefined, null, 42, new URL(base)])
      expect(() => KeyUri.parse(wrong as never)).toThrow(TypeError);
  });
});
