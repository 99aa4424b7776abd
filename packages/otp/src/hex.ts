import { OtpError } from './otp-error.ts';

/** Lower-case hexadecimal, two characters a byte. */
export function encodeHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += (byte + 256).toString(16).slice(1);
  return text;
}

/**
 * The bytes of hexadecimal text. Case, blanks, dashes and colons between the digits do not matter.
 *
 * @throws OtpError `otp/invalid-hex`, without a word of the text itself
 */
export function decodeHex(text: string): Uint8Array {
  if (typeof text !== 'string') throw new TypeError(`Hexadecimal must be a string, not a ${typeof text}.`);
  const digits = text.replace(/[\s:-]+/g, '');
  if (!/^[0-9a-f]*$/i.test(digits)) {
    throw new OtpError('otp/invalid-hex', 'This is no hexadecimal: only 0 to 9 and A to F are.');
  }
  if (digits.length % 2 !== 0) {
    throw new OtpError(
      'otp/invalid-hex',
      'This is no hexadecimal of whole bytes: the number of digits is odd.',
    );
  }
  return Uint8Array.from({ length: digits.length / 2 }, (_, at) =>
    Number.parseInt(digits.slice(at * 2, at * 2 + 2), 16),
  );
}
