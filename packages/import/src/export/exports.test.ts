import { Secret } from '@tidelock/otp';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { importFactors } from '../import-factors.ts';
import { hotpFactor, plainly, rfc6238Factors, steamFactor } from '../testing/sample-factors.ts';
import type { ExportableFactor } from './exportable-factor.ts';
import { exportGoogleMigration } from './export-google-migration.ts';
import { exportUriList } from './export-uri-list.ts';

/** A name that stays what it is: NFC, without control characters, blanks around it or colons, and not too long. */
const name = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 40 })
  .map(
    (text) =>
      text
        .normalize('NFC')
        .replace(/[\p{Cc}\p{Surrogate}:]/gu, '')
        .trim() || 'x',
  )
  .map((text) => text.normalize('NFC'));
const secret = fc.uint8Array({ minLength: 1, maxLength: 64 }).map((bytes) => Secret.fromBytes(bytes));
const algorithm = fc.constantFrom('SHA1', 'SHA256', 'SHA512');
const named = { issuer: fc.option(name, { nil: null }), accountName: name, secret };
const counter = fc.oneof(fc.nat(), fc.bigInt(2n ** 53n, 2n ** 63n - 1n));

const googleFactor: fc.Arbitrary<ExportableFactor> = fc.oneof(
  fc.record({ kind: fc.constant('totp'), ...named, algorithm, digits: fc.constantFrom(6, 8) }),
  fc.record({ kind: fc.constant('hotp'), ...named, algorithm, digits: fc.constantFrom(6, 8), counter }),
);
const anyFactor: fc.Arbitrary<ExportableFactor> = fc.oneof(
  googleFactor,
  fc.record({
    kind: fc.constant('totp'),
    ...named,
    algorithm,
    digits: fc.integer({ min: 6, max: 8 }),
    periodSeconds: fc.integer({ min: 15, max: 300 }),
  }),
  fc.record({ kind: fc.constant('steam'), ...named, digits: fc.constant(5) }),
);

describe('F5: whatever is written is read back the same', () => {
  it('as a list of URIs, for any factors', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyFactor, { maxLength: 12 }), async (factors) => {
        const { text, failures } = exportUriList(factors);
        expect(failures).toEqual([]);
        if (factors.length === 0) return;
        const result = await importFactors(text);
        expect(result.failures).toEqual([]);
        expect(result.entries.map(plainly)).toEqual(factors.map(plainly));
      }),
      { numRuns: 150 },
    );
  });

  it('as URIs of Google Authenticator, for any factors that it knows', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(googleFactor, { minLength: 1, maxLength: 25 }),
        fc.integer(),
        async (factors, batchId) => {
          const { uris, failures } = exportGoogleMigration(factors, { batchId });
          expect(failures).toEqual([]);
          expect(uris).toHaveLength(Math.ceil(factors.length / 10));
          const result = await importFactors(uris.toReversed().join('\n'));
          expect(result.failures).toEqual([]);
          expect(result.entries.map(plainly)).toEqual(factors.map(plainly));
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('the form of what is written', () => {
  it('a list of URIs is what every app reads, a Steam key is marked', () => {
    const issuer = 'ACME Co';
    const { text } = exportUriList([
      { ...hotpFactor, kind: 'totp', issuer, accountName: 'a@b.c' },
      steamFactor,
    ]);
    const base32 = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
    expect(text).toBe(
      `otpauth://totp/ACME%20Co:a%40b.c?secret=${base32}&issuer=ACME%20Co\n` +
        `otpauth://steam/Steam:gamer?secret=${base32}&issuer=Steam\n`,
    );
  });

  it('a batch is these bytes, a negative id as ten bytes', () => {
    const factor = {
      kind: 'hotp',
      issuer: 'A',
      accountName: 'b',
      secret: Secret.fromHex('ff00'),
      counter: 300,
    } as const;
    const { uris } = exportGoogleMigration([factor], { batchId: -1 });
    const payload = decodeURIComponent(uris[0]!.replace('otpauth-migration://offline?data=', ''));
    expect(Buffer.from(payload, 'base64').toString('hex')).toBe(
      '0a15' + // entry, 21 bytes
        '0a02ff00' + // secret
        '1203413a62' + // name A:b
        '1a0141' + // issuer A
        '2001' + // SHA1
        '2801' + // six digits
        '3001' + // HOTP
        '38ac02' + // counter 300
        '1001' + // version
        '1801' + // one batch
        '2000' + // the first
        '28ffffffffffffffffff01', // its id, -1
    );
  });

  it('what an app cannot hold is left out and told, without its name or secret', () => {
    const seven = { ...hotpFactor, digits: 7, accountName: 'canary' };
    const factors = [
      steamFactor,
      seven,
      { ...rfc6238Factors[0]!, periodSeconds: 60 },
      { ...hotpFactor, counter: 2n ** 63n },
      { ...hotpFactor, issuer: null, accountName: '' },
      hotpFactor,
    ];
    const { uris, failures } = exportGoogleMigration(factors);
    expect(uris).toHaveLength(1);
    expect(failures.map(({ place, code }) => `${place}: ${code}`)).toEqual(
      [1, 2, 3, 4, 5].map((index) => `entry ${index}: import/not-exportable`),
    );
    expect(JSON.stringify(failures)).not.toMatch(/canary|Issuu/);
  });

  it('what cannot be read again is not written', () => {
    const { text, failures } = exportUriList([{ ...hotpFactor, digits: 9 }, hotpFactor]);
    expect(text.split('\n')).toHaveLength(2);
    expect(failures).toMatchObject([{ place: 'entry 1', code: 'import/unsupported-parameters' }]);
    expect(exportUriList([])).toEqual({ text: '', failures: [] });
    expect(exportGoogleMigration([])).toEqual({ uris: [], failures: [] });
  });

  it('a batch id that is no int32 is misuse', () => {
    for (const batchId of [2 ** 31, 1.5, NaN]) {
      expect(() => exportGoogleMigration([hotpFactor], { batchId })).toThrow(RangeError);
    }
  });
});
