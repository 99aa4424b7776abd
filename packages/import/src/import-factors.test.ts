import { readFileSync } from 'node:fs';
import { Totp } from '@tidelock/otp';
import { describe, expect, it } from 'vitest';
import type { ExportableFactor } from './export/exportable-factor.ts';
import { exportGoogleMigration } from './export/export-google-migration.ts';
import { exportUriList } from './export/export-uri-list.ts';
import { ImportError } from './import-error.ts';
import { importFactors, type ImportOptions } from './import-factors.ts';
import { limits } from './limits.ts';
import { hotpFactor, plainly, rfc6238Factors, steamFactor } from './testing/sample-factors.ts';
import * as write from './testing/write-exports.ts';
import { writePskc } from './testing/write-pskc.ts';

const vectors = JSON.parse(
  readFileSync(new URL('../../../test/vectors/rfc6238.json', import.meta.url), 'utf8'),
) as { cases: readonly { time: number; algorithm: string; totp: string }[] };

const password = 'correct horse';
const all = [...rfc6238Factors, hotpFactor, steamFactor];
const numeric = [...rfc6238Factors, hotpFactor];
const key = Buffer.alloc(16, 7);

type Row = readonly [string, string, Uint8Array | string, readonly ExportableFactor[], ImportOptions];
const files: readonly Row[] = [
  ['uri-list', 'a URI list', exportUriList(all).text, all, {}],
  ['google-migration', 'an export of Google', exportGoogleMigration(numeric).uris.join('\n'), numeric, {}],
  ['aegis', 'Aegis', write.writeAegis(all), all, {}],
  [
    'aegis',
    'Aegis, encrypted',
    write.sealAegis(write.writeAegis(all), { password, n: 2 ** 15 }),
    all,
    { password },
  ],
  ['2fas', '2FAS', write.writeTwoFas(all), all, {}],
  ['2fas', '2FAS, encrypted', write.sealTwoFas(write.writeTwoFas(all), { password }), all, { password }],
  ['andotp', 'andOTP', write.writeAndOtp(all), all, {}],
  [
    'andotp',
    'andOTP, encrypted',
    write.sealAndOtp(write.writeAndOtp(all), { password, rounds: 150_000 }),
    all,
    { password },
  ],
  ['bitwarden-json', 'Bitwarden JSON', write.writeBitwardenJson(all), all, {}],
  ['bitwarden-csv', 'Bitwarden CSV', write.writeBitwardenCsv(all), all, {}],
  ['freeotp-plus', 'FreeOTP+', write.writeFreeOtpPlus(all), all, {}],
  ['pskc', 'PSKC', writePskc(numeric), numeric, {}],
  ['pskc', 'PSKC with a key', writePskc(numeric, { key }), numeric, { key }],
  ['pskc', 'PSKC with a password', writePskc(numeric, { password }), numeric, { password }],
  ['steam', "Steam's file", write.writeSteamFile([steamFactor]), [steamFactor], {}],
];

describe('F5: every format gives back the keys of RFC 6238', () => {
  it.each(files)('F5: %s is recognised in %s and read whole', async (format, _, data, expected, options) => {
    const result = await importFactors(data, options);
    expect(result.failures).toEqual([]);
    expect(result.format).toBe(format);
    expect(result.entries.map(plainly)).toEqual(expected.map(plainly));
  });

  it.each(files.filter(([format]) => format !== 'steam'))(
    'F5: %s: what comes out of %s computes all 18 codes of RFC 6238',
    async (_, __, data, ___, options) => {
      const { entries } = await importFactors(data, options);
      let compared = 0;
      for (const { time, algorithm, totp: code } of vectors.cases) {
        const entry = entries.find((found) => found.algorithm === algorithm && found.kind === 'totp')!;
        const totp = new Totp(entry.secret, { algorithm: entry.algorithm, digits: entry.digits });
        expect(totp.generate({ at: time })).toBe(code);
        compared += 1;
      }
      expect(compared).toBe(18);
    },
  );

  it('F5: bytes and text are read alike, with a byte order mark or without', async () => {
    const text = exportUriList(all).text;
    for (const data of [text, `\ufeff${text}`, Buffer.from(text), Buffer.from(`\ufeff${text}`)]) {
      expect((await importFactors(data)).entries.map(plainly)).toEqual(all.map(plainly));
    }
  });
});

describe('what is flagged, and what is refused', () => {
  const thrown = async (data: Uint8Array | string, options?: ImportOptions) =>
    importFactors(data, options).then(
      () => 'nothing',
      (error: unknown) => (error instanceof ImportError ? error.code : error),
    );

  it('A11: a secret under 16 bytes is read and flagged', async () => {
    const { entries } = await importFactors('otpauth://totp/Acme:a?secret=MFRGGZDF&issuer=Acme');
    expect(entries[0]?.warnings).toEqual(['weak-secret']);
  });

  it('the same secret twice is flagged the second time, whatever its name', async () => {
    const twice = [hotpFactor, { ...hotpFactor, accountName: 'other' }, { ...hotpFactor, digits: 8 }];
    const { entries } = await importFactors(write.writeAegis(twice));
    expect(entries.map(({ warnings }) => warnings.includes('duplicate'))).toEqual([false, true, false]);
  });

  it('F5: one bad entry of each kind loses none of the others, and is told with its place', async () => {
    const bad = (change: object) => ({
      ...JSON.parse(write.writeAegis([hotpFactor])).db.entries[0],
      ...change,
    });
    const info = { secret: hotpFactor.secret.toBase32(), algo: 'SHA1', digits: 6, period: 30, counter: 1 };
    const entries = [
      bad({}),
      bad({ type: 'yandex' }),
      bad({ type: 'abc' }),
      bad({ info: { ...info, algo: 'MD5' } }),
      bad({ info: { ...info, algo: 'SHA224' } }),
      bad({ info: { ...info, digits: 9 } }),
      bad({ type: 'totp', info: { ...info, period: 0 } }),
      bad({ info: { ...info, counter: -1 } }),
      bad({ info: { ...info, counter: 2 ** 60 } }),
      bad({ info: { ...info, secret: 'canary!!' } }),
      bad({ info: { ...info, secret: '' } }),
      bad({ info: { ...info, secret: ['canary'] } }),
      bad({ info: { ...info, digits: '6' } }),
      bad({ info: null }),
      null,
      bad({ name: 'last' }),
    ];
    const file = JSON.stringify({ version: 1, header: {}, db: { version: 3, entries } });
    const result = await importFactors(file);
    expect(result.entries.map(({ accountName }) => accountName)).toEqual(['James', 'last']);
    expect(result.failures.map(({ place, code }) => `${place}: ${code}`)).toEqual([
      'entry 2: import/unsupported-type',
      'entry 3: import/unsupported-type',
      'entry 4: import/unsupported-algorithm',
      'entry 5: import/unsupported-algorithm',
      'entry 6: import/unsupported-parameters',
      'entry 7: import/unsupported-parameters',
      'entry 8: import/unsupported-parameters',
      'entry 9: import/unsupported-parameters',
      'entry 10: import/invalid-secret',
      'entry 11: import/invalid-secret',
      'entry 12: import/invalid-secret',
      'entry 13: import/malformed',
      'entry 14: import/malformed',
      'entry 15: import/malformed',
    ]);
    expect(JSON.stringify(result)).not.toMatch(/canary/);
  });

  it('control characters, halves of surrogate pairs and long names are mended and flagged', async () => {
    const names = { issuer: 'A\u0000\nB', accountName: `\ud800${'x'.repeat(500)}` };
    const { entries } = await importFactors(write.writeAegis([{ ...hotpFactor, ...names }]));
    expect(entries[0]).toMatchObject({ issuer: 'A B', accountName: `\ufffd${'x'.repeat(199)}` });
    expect(entries[0]?.warnings).toEqual(['name-cleaned', 'name-too-long']);
  });

  it.each([
    ['nothing', '', 'import/unknown-format'],
    ['prose', 'hello world', 'import/unknown-format'],
    ['other JSON', '{"a":1}', 'import/unknown-format'],
    ['an empty list', '[]', 'import/unknown-format'],
    ['other XML', '<map><string/></map>', 'import/unsupported-format'],
    ['a PNG', Buffer.from('\x89PNG\r\n\x1a\n....', 'latin1'), 'import/unsupported-format'],
    ['a backup of FreeOTP', Buffer.from([0xac, 0xed, 0, 5, 0x73]), 'import/unsupported-format'],
    ['a Bitwarden export that is encrypted', '{"encrypted":true,"data":""}', 'import/unsupported-format'],
    ['other bytes', Buffer.from([0xff, 0xfe, 0, 0, 1]), 'import/unknown-format'],
    ['Aegis of tomorrow', '{"version":9,"header":{},"db":{}}', 'import/unsupported-format'],
    ['2FAS of tomorrow', '{"schemaVersion":9,"services":[]}', 'import/unsupported-format'],
  ])('%s is refused and explained', async (_, data, code) => {
    expect(await thrown(data)).toBe(code);
  });

  it('more than 8 MB or 10 000 entries are refused', async () => {
    expect(await thrown('x'.repeat(limits.fileBytesMax + 1))).toBe('import/too-large');
    expect(await thrown('ü'.repeat(limits.fileBytesMax / 2 + 1))).toBe('import/too-large');
    expect(await thrown(new Uint8Array(limits.fileBytesMax + 1))).toBe('import/too-large');
    const line = 'otpauth://totp/a?secret=MFRGGZDF\n';
    expect((await importFactors(line.repeat(limits.entriesMax))).entries).toHaveLength(limits.entriesMax);
    expect(await thrown(line.repeat(limits.entriesMax + 1))).toBe('import/too-many-entries');
    expect(await thrown('\n'.repeat(limits.linesMax + 1))).toBe('import/too-many-entries');
  });

  it('an encrypted file asks for its password or key, and says when it is wrong', async () => {
    const sealed = files.filter(([, , , , options]) => Object.keys(options).length > 0);
    expect(sealed).toHaveLength(5);
    for (const [, , data, , options] of sealed) {
      const withKey = options.key !== undefined;
      expect(await thrown(data)).toBe(withKey ? 'import/key-required' : 'import/password-required');
      const wrong = withKey ? { key: Buffer.alloc(16, 8) } : { password: 'wrong' };
      expect(await thrown(data, wrong)).toBe(withKey ? 'import/wrong-key' : 'import/wrong-password');
    }
  });

  it('wrong options are misuse', async () => {
    expect(await thrown(1 as never)).toBeInstanceOf(TypeError);
    expect(await thrown('', null as never)).toBeInstanceOf(TypeError);
    expect(await thrown('', { pasword: 'x' } as never)).toBeInstanceOf(TypeError);
    expect(await thrown('', { password: 1 } as never)).toBeInstanceOf(TypeError);
    expect(await thrown('', { format: 'authy' as never })).toBeInstanceOf(TypeError);
    expect(
      await thrown('{"version":1,"header":{},"db":{"version":1,"entries":[]}}', { key: 'xyz' }),
    ).toBeInstanceOf(TypeError);
  });

  it('a format that is given is not recognised but believed', async () => {
    expect(await thrown('{}', { format: 'aegis' })).toBe('import/unsupported-format');
    expect(await thrown('{}', { format: '2fas' })).toBe('import/unsupported-format');
    expect(await thrown('{}', { format: 'andotp' })).toBe('import/malformed');
    expect(await thrown('x', { format: 'freeotp-plus' })).toBe('import/malformed');
    expect(await thrown('x', { format: 'pskc' })).toBe('import/malformed');
    expect(await thrown('x', { format: 'bitwarden-csv' })).toBe('import/malformed');
  });
});
