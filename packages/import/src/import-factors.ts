import { decodeHex } from '@tidelock/otp';
import { EntryCollector, type ImportFailure } from './entry-collector.ts';
import { readAegis } from './formats/aegis.ts';
import { readAndOtp } from './formats/and-otp.ts';
import { readBitwardenCsv } from './formats/bitwarden-csv.ts';
import { readBitwardenJson } from './formats/bitwarden-json.ts';
import { readFreeOtpPlus } from './formats/free-otp-plus.ts';
import { decodeUtf8, parseJson } from './formats/parse-json.ts';
import { readPskc } from './formats/pskc.ts';
import type { ReaderInput } from './formats/reader-input.ts';
import { readSteamFile } from './formats/steam-file.ts';
import { readTwoFas } from './formats/two-fas.ts';
import { readUriList } from './formats/uri-list.ts';
import { ImportError } from './import-error.ts';
import type { ImportedFactor } from './imported-factor.ts';
import { limits } from './limits.ts';
import { importFormats, recogniseFormat, type ImportFormat } from './recognise-format.ts';

export interface ImportOptions {
  /** For a file that is encrypted with a password. */
  readonly password?: string | undefined;
  /** For PSKC with a pre-shared key: 16, 24 or 32 bytes, or the same as hexadecimal text. */
  readonly key?: Uint8Array | string | undefined;
  /** Taken for granted instead of recognised. */
  readonly format?: ImportFormat | undefined;
}

export interface ImportResult {
  readonly format: ImportFormat;
  readonly entries: readonly ImportedFactor[];
  /** What was lost, and why. Show it: whoever reads the entries alone believes that this is all. */
  readonly failures: readonly ImportFailure[];
}

const readers: Readonly<Record<ImportFormat, (input: ReaderInput) => void | Promise<void>>> = {
  aegis: readAegis,
  '2fas': readTwoFas,
  andotp: readAndOtp,
  'bitwarden-json': readBitwardenJson,
  'bitwarden-csv': readBitwardenCsv,
  'freeotp-plus': readFreeOtpPlus,
  'google-migration': readUriList,
  pskc: readPskc,
  steam: readSteamFile,
  'uri-list': readUriList,
};

/**
 * Reads what an authenticator app or another server exported. One bad entry does not lose the others: it is in `failures`. At most
 * 8 MB and 10 000 entries; what a file may cost in memory and time is bounded, whoever made it.
 *
 * @throws ImportError for a file that is unreadable as a whole, or needs a password or a key; TypeError for wrong options
 *
 * @example
 * const { format, entries, failures } = await importFactors(await readFile('aegis.json'), { password });
 * for (const { issuer, accountName, secret, warnings } of entries) console.log(issuer, accountName, warnings);
 */
export async function importFactors(
  data: Uint8Array | string,
  options: ImportOptions = {},
): Promise<ImportResult> {
  const { password, format: expected } = assertOptions(options);
  const bytes = toBytes(data);
  const text = decodeUtf8(bytes);
  const json = text === null ? undefined : parseJson(text);
  const format = expected ?? recogniseFormat({ bytes, text, json });
  const collector = new EntryCollector();
  const key = toKey(options.key);
  await readers[format]({ text: text ?? '', bytes, json, password, key, collector });
  return { format, entries: collector.entries(), failures: collector.failures };
}

function toBytes(data: Uint8Array | string): Uint8Array {
  if (typeof data !== 'string' && !(data instanceof Uint8Array)) {
    throw new TypeError('data must be a Uint8Array or a string.');
  }
  // A string is at least as long in UTF-8, and is measured before it is copied.
  if (data.length > limits.fileBytesMax) throw tooLarge();
  const bytes = typeof data === 'string' ? Buffer.from(data, 'utf8') : data;
  if (bytes.length > limits.fileBytesMax) throw tooLarge();
  return bytes;
}

function assertOptions(options: ImportOptions): ImportOptions {
  if (typeof options !== 'object' || options === null) throw new TypeError('The options must be an object.');
  const known = ['password', 'key', 'format'];
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new TypeError(
      `importFactors has no option ${JSON.stringify(unknown.slice(0, 40))}. It has: ${known.join(', ')}.`,
    );
  const { password, format } = options;
  if (password !== undefined && typeof password !== 'string') {
    throw new TypeError('password must be a string.');
  }
  if (format !== undefined && !importFormats.includes(format)) {
    throw new TypeError(`format must be one of ${importFormats.join(', ')}.`);
  }
  return options;
}

function toKey(key: Uint8Array | string | undefined): Uint8Array | undefined {
  if (key === undefined || key instanceof Uint8Array) return key;
  if (typeof key !== 'string') throw new TypeError('key must be a Uint8Array or hexadecimal text.');
  try {
    return decodeHex(key);
  } catch {
    throw new TypeError('key must be hexadecimal text, or bytes.');
  }
}

function tooLarge(): ImportError {
  return new ImportError(
    'import/too-large',
    `The file has more than ${limits.fileBytesMax / 1024 / 1024} MB, more than any export.`,
  );
}
