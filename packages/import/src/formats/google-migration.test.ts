import { describe, expect, it } from 'vitest';
import { exportGoogleMigration } from '../export/export-google-migration.ts';
import { bytesField, numberField } from '../export/protobuf-writer.ts';
import { importFactors } from '../import-factors.ts';
import { hotpFactor, plainly } from '../testing/sample-factors.ts';

const many = Array.from({ length: 25 }, (_, index) => ({ ...hotpFactor, accountName: `user ${index}` }));
const { uris } = exportGoogleMigration(many, { batchId: -1_234_567 });
const secret = bytesField(1, Buffer.from('12345678901234567890'));

/** A URI of one entry, from the fields of its own. */
function uriOf(...fields: readonly Uint8Array[]): string {
  return uriOfPayload(bytesField(1, Buffer.concat(fields)));
}

function uriOfPayload(payload: Uint8Array): string {
  return `otpauth-migration://offline?data=${encodeURIComponent(Buffer.from(payload).toString('base64'))}`;
}

async function only(uri: string) {
  const { entries, failures } = await importFactors(uri);
  expect(failures).toEqual([]);
  expect(entries).toHaveLength(1);
  return entries[0]!;
}

async function failureOf(uri: string): Promise<string | undefined> {
  const { entries, failures } = await importFactors(uri);
  expect(entries).toEqual([]);
  return failures[0]?.code;
}

describe('the batches of one export', () => {
  it('F5: come out in the order of the export, whatever the order of the codes', async () => {
    const { format, entries, failures } = await importFactors(uris.toReversed().join('\r\n\r\n'));
    expect({ format, failures }).toEqual({ format: 'google-migration', failures: [] });
    expect(entries.map(({ accountName }) => accountName)).toEqual(many.map(({ accountName }) => accountName));
  });

  it('F5: a batch that is missing is told, and the others are read', async () => {
    const { entries, failures } = await importFactors([uris[2], uris[0]].join('\n'));
    expect(entries).toHaveLength(15);
    expect(failures).toMatchObject([{ place: 'batch 2 of 3', code: 'import/missing-batch' }]);
  });

  it('a code that was scanned twice gives duplicates, each flagged', async () => {
    const { entries } = await importFactors([uris[2], uris[2], uris[0], uris[1]].join('\n'));
    expect(entries).toHaveLength(30);
    expect(entries.at(-1)?.warnings).toContain('duplicate');
  });

  it('two exports in one file are told apart by their ids', async () => {
    const other = exportGoogleMigration([hotpFactor], { batchId: 5 }).uris;
    const { entries, failures } = await importFactors([...uris, ...other].join('\n'));
    expect([entries.length, failures.length]).toEqual([26, 0]);
  });

  it('a claim of a billion parts is refused, and its entries are kept', async () => {
    const payload = Buffer.concat([bytesField(1, secret), numberField(3, 1_000_000_000n)]);
    const { entries, failures } = await importFactors(uriOfPayload(payload));
    expect(entries).toHaveLength(1);
    expect(failures).toMatchObject([{ place: 'line 1', code: 'import/malformed' }]);
  });
});

describe('the form of a URI', () => {
  it('a raw plus, a blank in its place, the URL alphabet and missing padding are meant as base64', async () => {
    const bytes = bytesField(1, Buffer.concat([bytesField(1, Buffer.from('e1822db470e60d090affd0', 'hex'))]));
    const base64 = Buffer.from(bytes).toString('base64');
    expect(base64).toMatch(/\+.*\//);
    const forms = [
      base64,
      encodeURIComponent(base64),
      base64.replaceAll('+', ' '),
      base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, ''),
    ];
    for (const form of forms) {
      const entry = await only(`OTPAUTH-MIGRATION://offline?x=1&data=${form}#end`);
      expect(entry.secret.toHex()).toBe('e1822db470e60d090affd0');
    }
  });

  it.each([
    ['no data', 'otpauth-migration://offline'],
    ['no base64', 'otpauth-migration://offline?data=%%%'],
    ['other characters', 'otpauth-migration://offline?data=a*b'],
    ['a cut varint', uriOfPayload(Uint8Array.of(0x18, 0x80))],
    ['a varint of eleven bytes', uriOfPayload(Uint8Array.of(0x18, ...Array<number>(11).fill(0x80)))],
    ['a varint of 70 bits', uriOfPayload(Uint8Array.of(0x18, ...Array<number>(9).fill(0xff), 0x7f))],
    ['a length past the end', uriOfPayload(Uint8Array.of(0x0a, 0x7f, 1))],
    ['a length of 2^63', uriOfPayload(Uint8Array.of(0x0a, ...Array<number>(9).fill(0xff), 0x01))],
    ['field number zero', uriOfPayload(Uint8Array.of(0x02, 0x00))],
    ['a group', uriOfPayload(Uint8Array.of(0x0b, 0x0c))],
    ['an entry that is a number', uriOfPayload(numberField(1, 1n))],
    ['100 000 fields', uriOfPayload(Buffer.concat(Array<Uint8Array>(100_000).fill(numberField(9, 1n))))],
  ])('%s: a typed error', async (_, uri) => {
    await expect(importFactors(uri)).rejects.toMatchObject({ code: 'import/malformed', name: 'ImportError' });
  });

  it('a damaged line among others is lost alone', async () => {
    const { entries, failures } = await importFactors(
      [uris[0], 'otpauth-migration://offline?data=a*b', uris[1], uris[2]].join('\n'),
    );
    expect(entries).toHaveLength(25);
    expect(failures).toMatchObject([{ place: 'line 2', code: 'import/malformed' }]);
  });
});

describe('the fields of an entry', () => {
  it('what is left out is the default, and said so', async () => {
    expect(plainly(await only(uriOf(secret)))).toMatchObject({ kind: 'totp', algorithm: 'SHA1', digits: 6 });
    expect((await only(uriOf(secret))).warnings).toContain('default-assumed');
  });

  it('the unique id in field 8 and anything unknown are passed over', async () => {
    const unknown = [bytesField(8, Buffer.from('id')), numberField(99, 1n), Uint8Array.of(0x7d, 1, 2, 3, 4)];
    expect((await only(uriOf(secret, ...unknown))).secret.byteLength).toBe(20);
  });

  it('F5: MD5 and unknown algorithms, digits and types are refused, and never taken for a default', async () => {
    expect(await failureOf(uriOf(secret, numberField(4, 4n)))).toBe('import/unsupported-algorithm');
    expect(await failureOf(uriOf(secret, numberField(4, 5n)))).toBe('import/unsupported-algorithm');
    expect(await failureOf(uriOf(secret, numberField(5, 3n)))).toBe('import/unsupported-parameters');
    expect(await failureOf(uriOf(secret, numberField(6, 3n)))).toBe('import/unsupported-type');
    expect(await failureOf(uriOf(secret, numberField(6, 1n), numberField(7, -1n)))).toBe(
      'import/unsupported-parameters',
    );
  });

  it('a name that repeats its issuer, or stands for both, is divided', async () => {
    const name = bytesField(2, Buffer.from('Acme:bob'));
    const issuer = bytesField(3, Buffer.from('Acme'));
    for (const uri of [uriOf(secret, name, issuer), uriOf(secret, name)]) {
      expect(await only(uri)).toMatchObject({ issuer: 'Acme', accountName: 'bob' });
    }
  });

  it('no secret, a name that is no UTF-8 and a field of the wrong type lose the entry alone', async () => {
    expect(await failureOf(uriOf(numberField(6, 2n)))).toBe('import/invalid-secret');
    expect(await failureOf(uriOf(secret, bytesField(2, Uint8Array.of(0xff))))).toBe('import/malformed');
    expect(await failureOf(uriOf(secret, numberField(2, 1n)))).toBe('import/malformed');
    expect(await failureOf(uriOf(secret, bytesField(4, secret)))).toBe('import/malformed');
    expect(await failureOf(uriOf(secret, Uint8Array.of(0x18)))).toBe('import/malformed');
  });

  it('a counter to 2^63 - 1 is exact', async () => {
    const counter = 2n ** 63n - 1n;
    expect((await only(uriOf(secret, numberField(6, 1n), numberField(7, counter)))).counter).toBe(counter);
  });
});
