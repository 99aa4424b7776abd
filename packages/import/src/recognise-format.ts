import { isPlainAndOtp, isSealedAndOtp } from './formats/and-otp.ts';
import { isAegis } from './formats/aegis.ts';
import { isBitwardenCsv } from './formats/bitwarden-csv.ts';
import { isBitwardenJson } from './formats/bitwarden-json.ts';
import { isFreeOtpPlus } from './formats/free-otp-plus.ts';
import { isXml } from './formats/pskc.ts';
import { isSteamFile } from './formats/steam-file.ts';
import { isTwoFas } from './formats/two-fas.ts';
import { firstUri } from './formats/uri-list.ts';
import { ImportError } from './import-error.ts';
import { asObject } from './json-fields.ts';

/** Every format that is read, by the name that `format` takes and gives. */
export const importFormats = [
  'aegis',
  '2fas',
  'andotp',
  'bitwarden-json',
  'bitwarden-csv',
  'freeotp-plus',
  'google-migration',
  'pskc',
  'steam',
  'uri-list',
] as const;

export type ImportFormat = (typeof importFormats)[number];

interface Content {
  readonly bytes: Uint8Array;
  /** Null where the bytes are no UTF-8. */
  readonly text: string | null;
  readonly json: unknown;
}

/**
 * Which format a file has, by what is in it; its name says nothing.
 *
 * @throws ImportError `import/unknown-format`, `import/unsupported-format`
 */
export function recogniseFormat({ bytes, text, json }: Content): ImportFormat {
  if (text === null) return recogniseBytes(bytes);
  if (Array.isArray(json) && isPlainAndOtp(json)) return 'andotp';
  const object = asObject(json);
  if (object !== null) {
    if (isAegis(object)) return 'aegis';
    if (isTwoFas(object)) return '2fas';
    if (isFreeOtpPlus(object)) return 'freeotp-plus';
    if (isSteamFile(object)) return 'steam';
    if (isBitwardenJson(object)) return 'bitwarden-json';
  }
  if (json !== undefined) throw unknownFormat();
  if (isXml(text)) return 'pskc';
  if (isBitwardenCsv(text)) return 'bitwarden-csv';
  const uri = firstUri(text);
  if (uri !== null) return uri === 'migration' ? 'google-migration' : 'uri-list';
  throw unknownFormat();
}

function recogniseBytes(bytes: Uint8Array): ImportFormat {
  const startsWith = (...start: number[]) => start.every((byte, index) => bytes[index] === byte);
  if (startsWith(0x89, 0x50, 0x4e, 0x47)) {
    throw new ImportError(
      'import/unsupported-format',
      'This is a PNG. Read the QR code on it with importQrPng.',
    );
  }
  if (startsWith(0xac, 0xed)) {
    throw new ImportError(
      'import/unsupported-format',
      'This is a backup of FreeOTP in the form of a Java program, which is not read. Export as a list of URIs instead.',
    );
  }
  if (isSealedAndOtp(bytes)) return 'andotp';
  throw unknownFormat();
}

function unknownFormat(): ImportError {
  return new ImportError(
    'import/unknown-format',
    `No format is recognised in this file. These are read: ${importFormats.join(', ')}.`,
  );
}
