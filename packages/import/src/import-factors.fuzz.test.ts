import { qrPng } from '@tidelock/otp/qr';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exportGoogleMigration } from './export/export-google-migration.ts';
import { exportUriList } from './export/export-uri-list.ts';
import { ImportError } from './import-error.ts';
import { importFactors, type ImportOptions } from './import-factors.ts';
import { importFormats } from './recognise-format.ts';
import { decodePng } from './qr/decode-png.ts';
import { hotpFactor, rfc6238Factors, steamFactor } from './testing/sample-factors.ts';
import * as write from './testing/write-exports.ts';
import { writePskc } from './testing/write-pskc.ts';

const password = 'pw';
const key = Buffer.alloc(16, 7);
const all = [...rfc6238Factors, hotpFactor, steamFactor];
const numeric = [...rfc6238Factors, hotpFactor];

const files: readonly (readonly [string, Uint8Array | string, ImportOptions])[] = [
  ['a URI list', exportUriList(all).text, {}],
  ['an export of Google', exportGoogleMigration(numeric, { batchId: -5 }).uris.join('\n'), {}],
  ['Aegis', write.writeAegis(all), {}],
  ['Aegis, encrypted', write.sealAegis(write.writeAegis(all), { password }), { password }],
  ['2FAS', write.writeTwoFas(all), {}],
  ['2FAS, encrypted', write.sealTwoFas(write.writeTwoFas(all), { password }), { password }],
  ['andOTP', write.writeAndOtp(all), {}],
  [
    'andOTP, encrypted',
    write.sealAndOtp(write.writeAndOtp(all), { password }),
    { password, format: 'andotp' },
  ],
  ['Bitwarden JSON', write.writeBitwardenJson(all), {}],
  ['Bitwarden CSV', write.writeBitwardenCsv(all), {}],
  ['FreeOTP+', write.writeFreeOtpPlus(all), {}],
  ["Steam's file", write.writeSteamFile([steamFactor]), {}],
  ['PSKC', writePskc(numeric), {}],
  ['PSKC with a key', writePskc(numeric, { key }), { key }],
  ['PSKC with a password', writePskc(numeric, { password }), { password }],
];

interface Mutation {
  readonly kind: 'truncate' | 'flip' | 'splice' | 'digit';
  readonly at: number;
  readonly length: number;
  readonly value: number;
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom('truncate', 'flip', 'splice', 'digit'),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.nat(64),
  value: fc.nat(255),
});

/** Cuts a file off, flips a byte, copies a part of it elsewhere, or makes some digits of it larger. */
function mutate(bytes: Buffer, { kind, at, length, value }: Mutation): Buffer {
  const from = Math.floor(at * bytes.length);
  const head = bytes.subarray(0, from);
  const rest = bytes.subarray(from);
  if (kind === 'truncate') return head;
  if (kind === 'splice')
    return Buffer.concat([head, bytes.subarray(value, value + length), rest.subarray(length >> 1)]);
  if (kind === 'digit') {
    return Buffer.concat([head, Buffer.from(rest.toString('latin1').replace(/\d+/, '$&999'), 'latin1')]);
  }
  const changed = Buffer.from(bytes);
  if (from < bytes.length) changed[from] = changed[from]! ^ (value === 0 ? 1 : value);
  return changed;
}

/** What comes of a file: a result, or a typed error. Anything else fails the test. */
async function outcomeOf(data: Uint8Array | string, options: ImportOptions): Promise<object> {
  try {
    return await importFactors(data, options);
  } catch (error) {
    if (!(error instanceof ImportError)) throw error;
    return { code: error.code, message: error.message };
  }
}

describe('F5: a file that was damaged or altered gives a result or a typed error, soon, and nothing else', () => {
  it.each(files)('F5: %s, mutated 250 times', async (_, data, options) => {
    const bytes = Buffer.from(data as string);
    const secrets = all.flatMap(({ secret }) => [secret.toBase32(), secret.toHex()]);
    await fc.assert(
      fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 4 }), async (mutations) => {
        const started = performance.now();
        const outcome = await outcomeOf(mutations.reduce(mutate, bytes), options);
        expect(performance.now() - started).toBeLessThan(3_000);
        const { failures, message } = outcome as { failures?: readonly object[]; message?: string };
        const told = JSON.stringify([failures, message]);
        expect(secrets.filter((secret) => told.includes(secret))).toEqual([]);
      }),
      { numRuns: 250 },
    );
  });

  it('F5: any bytes and any text, taken for any format', async () => {
    const content = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.json({ maxDepth: 4 }),
    );
    const options = fc.record({ format: fc.option(fc.constantFrom(...importFormats), { nil: undefined }) });
    await fc.assert(
      fc.asyncProperty(content, options, async (data, { format }) => {
        await outcomeOf(data, { format, password, key });
      }),
      { numRuns: 2_000 },
    );
  });

  it('F5: JSON of the right shape with anything for a value', async () => {
    const shapes = [2, 4, 6, 10, 11].map((index) => JSON.parse(String(files[index]![1])) as object);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...shapes),
        fc.nat(200),
        fc.jsonValue(),
        async (shape, target, value) => {
          let seen = 0;
          const text = JSON.stringify(shape, (_, old: unknown) => (seen++ === target ? value : old));
          await outcomeOf(text, {});
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('F5: a PNG, mutated 500 times', () => {
    const image = Buffer.from(qrPng('otpauth://totp/a?secret=MFRGGZDF', { size: 80 }));
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), (mutations) => {
        const started = performance.now();
        try {
          decodePng(mutations.reduce(mutate, image));
        } catch (error) {
          expect(error).toBeInstanceOf(ImportError);
        }
        expect(performance.now() - started).toBeLessThan(2_000);
      }),
      { numRuns: 500 },
    );
  });
});

describe('F5: what was made to cost is cheap', () => {
  it.each([
    ['brackets', '['.repeat(4_000_000)],
    ['nested lists', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ['blanks', ' '.repeat(8_000_000)],
    ['line ends', '\r'.repeat(8_000_000)],
    ['padding', `otpauth://totp/a?secret=${'='.repeat(1_000_000)}`],
    ['a bare key of padding', `steam://${'='.repeat(4_000_000)}A`],
    ['base64 of padding', `otpauth-migration://offline?data=${'='.repeat(4_000_000)}A`],
    ['parameters', `otpauth://steam/a?${'&'.repeat(4_000_000)}`],
    ['percent signs', `otpauth-migration://offline?data=${'%'.repeat(4_000_000)}`],
    ['quotes', `login_totp\n${'"'.repeat(8_000_000)}`],
    ['commas', `login_totp\n${','.repeat(8_000_000)}`],
    ['angle brackets', `<${'<'.repeat(4_000_000)}`],
    ['attributes', `<a ${'b="" '.repeat(1_000_000)}/>`],
    ['elements', `<a>${'<b/>'.repeat(1_000_000)}</a>`],
    ['comments', `<a>${'<!---->'.repeat(500_000)}</a>`],
    ['text', `<a>${'&amp;'.repeat(1_000_000)}</a>`],
    ['exclamation marks', `<a>${'<!'.repeat(2_000_000)}`],
    [
      'a long name',
      JSON.stringify({
        encrypted: false,
        items: [{ name: '\u0301'.repeat(2_000_000), login: { totp: 'MFRGGZDF' } }],
      }),
    ],
    ['colons', JSON.stringify({ schemaVersion: 4, servicesEncrypted: ':'.repeat(4_000_000) })],
  ])('eight megabytes of %s take less than four seconds', async (_, data) => {
    const started = performance.now();
    await outcomeOf(data, { password });
    expect(performance.now() - started).toBeLessThan(4_000);
  });
});
