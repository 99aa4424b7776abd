import fc from 'fast-check';
import { expect, it } from 'vitest';
import { KeyUri } from './key-uri.ts';
import { OtpError } from './otp-error.ts';
import { Secret } from './secret.ts';

/** The URI, or null for a typed refusal. Anything else is the failure that is looked for. */
function parseOrNull(text: string): KeyUri | null {
  try {
    return KeyUri.parse(text);
  } catch (error) {
    if (error instanceof OtpError && error.code.startsWith('otp/uri-')) return null;
    throw error;
  }
}

const facts = (uri: KeyUri) => {
  const { type, issuer, accountName, algorithm, digits, periodSeconds, counter } = uri;
  return { type, issuer, accountName, algorithm, digits, periodSeconds, counter, secret: uri.secret.toHex() };
};

const pieces = fc.constantFrom(
  ...[
    'otpauth://',
    'apple-otpauth://',
    'totp',
    'hotp',
    'steam',
    '/',
    '?',
    '&',
    '=',
    ':',
    '%3A',
    '%',
    '%20',
    '%zz',
    '%ff',
    '+',
    '#',
    '@',
  ],
  ...[
    'secret=',
    'SECRET=',
    'issuer=',
    'algorithm=',
    'digits=',
    'period=',
    'counter=',
    'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
    'gezd gnbv',
  ],
  ...[
    'SHA1',
    'SHA-256',
    'MD5',
    '6',
    '8',
    '30',
    '0',
    '18446744073709551615',
    '-1',
    '1e9',
    'Acme',
    'alice',
    ' ',
    '\n',
    '\u0301',
    '\ud800',
    '例',
  ],
);

it('any text is a URI or a typed error', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300, size: 'max' }),
    fc.array(pieces, { maxLength: 30, size: 'max' }).map((list) => list.join('')),
    fc
      .array(pieces, { maxLength: 20, size: 'max' })
      .map((list) => `otpauth://totp/Acme:alice?secret=GEZDGNBV&${list.join('')}`),
    fc
      .array(pieces, { maxLength: 12, size: 'max' })
      .map((list) => `otpauth://hotp/${list.join('')}?secret=GEZDGNBV&issuer=A%3AB`),
  );
  let read = 0;
  fc.assert(
    fc.property(texts, (text) => {
      const uri = parseOrNull(text);
      if (uri === null) return;
      read++;
      // What was read once means the same when it is written and read again.
      expect(facts(KeyUri.parse(uri.toString()))).toEqual(facts(uri));
      expect(facts(KeyUri.parse(uri.toString({ spellOut: true })))).toEqual(facts(uri));
    }),
    { numRuns: 10_000 },
  );
  expect(read).toBeGreaterThan(100);
});

it('what is written is read as it was meant', () => {
  const isName = (text: string) =>
    !/[\p{Cc}\p{Surrogate}:]/u.test(text) && text.normalize('NFC').trim() !== '';
  const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }).filter(isName);
  const shape = fc.record({
    type: fc.constantFrom('totp' as const, 'hotp' as const),
    issuer: fc.option(name),
    accountName: name,
    secret: fc.uint8Array({ minLength: 16, maxLength: 64, size: 'max' }),
    algorithm: fc.constantFrom('SHA1' as const, 'SHA256' as const, 'SHA512' as const),
    digits: fc.integer({ min: 6, max: 8 }),
    periodSeconds: fc.integer({ min: 15, max: 300 }),
    counter: fc.oneof(fc.maxSafeNat(), fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n })),
  });
  fc.assert(
    fc.property(shape, fc.boolean(), (fields, spellOut) => {
      const uri = new KeyUri(fields);
      const again = KeyUri.parse(uri.toString({ spellOut }));
      expect(facts(again)).toEqual(facts(uri));
      expect(again.warnings).toEqual(uri.warnings);
      expect(again.secret.toHex()).toBe(Secret.fromBytes(fields.secret).toHex());
      expect(uri.toString({ spellOut })).toMatch(/^[A-Za-z0-9\-._~:/?=&%]+$/);
    }),
    { numRuns: 2000 },
  );
});

it('a long hostile text costs little', () => {
  const started = performance.now();
  for (const piece of ['%', 'a=', '&', ':', '=', ' ', '-', 'otpauth://'])
    parseOrNull(`otpauth://totp/${piece.repeat(2033)}`.slice(0, 2048));
  parseOrNull('x'.repeat(5_000_000));
  expect(performance.now() - started).toBeLessThan(500);
});
