import { OtpError } from './otp-error.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const padding = '=';
/** What stands in the table for a character that is none of the alphabet. */
const foreign = 0x80;

/** The value of every ASCII character in either case (RFC 4648 §6), or `foreign`. */
const values: Uint8Array = /* @__PURE__ */ makeValues();

function makeValues(): Uint8Array {
  const table = new Uint8Array(128).fill(foreign);
  for (let value = 0; value < alphabet.length; value++) {
    const unit = alphabet.charCodeAt(value);
    table[unit] = value;
    // The bit that makes a letter small stands in every digit already.
    table[unit | 32] = value;
  }
  return table;
}

export interface Base32DecodeOptions {
  /** Refuse whatever RFC 4648 does not write: lower case, blanks, dashes, wrong padding, bits left over. Default false. */
  readonly strict?: boolean | undefined;
}

/** Upper-case base32 without padding, as authenticator apps want it (RFC 4648 §6). */
export function encodeBase32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += alphabet.charAt((held >>> bits) & 31);
    }
  }
  return bits === 0 ? text : text + alphabet.charAt((held << (5 - bits)) & 31);
}

/**
 * The bytes of base32 text. Case, blanks, dashes and padding at the end do not matter, unless `strict` is set.
 *
 * @throws OtpError `otp/invalid-base32`, without a word of the text itself
 * @see RFC 4648 §6
 */
export function decodeBase32(text: string, options: Base32DecodeOptions = {}): Uint8Array {
  if (typeof text !== 'string') throw new TypeError(`Base32 must be a string, not a ${typeof text}.`);
  const strict = options.strict === true;
  const joined = strict ? text : text.replace(/[\s\u2010-\u2015-]+/g, '');
  const digits = joined.replace(/={1,6}$/, '');
  const paddingOk = !strict || digits === joined || joined.length % 8 === 0;
  if (digits.includes(padding) || (digits === '' && joined !== '') || !paddingOk)
    throw refusal('its padding is wrong');
  if ([1, 3, 6].includes(digits.length % 8)) {
    throw refusal(`${digits.length} characters are no whole number of bytes: some are missing or too many`);
  }
  const bytes = new Uint8Array(Math.floor((digits.length * 5) / 8));
  let bits = 0;
  let held = 0;
  let filled = 0;
  for (let at = 0; at < digits.length; at++) {
    const value = valueOf(digits, at, strict);
    held = (held << 5) | value;
    bits += 5;
    if (bits >= 8) bytes[filled++] = held >>> (bits -= 8);
  }
  if (strict && (held & ((1 << bits) - 1)) !== 0) throw refusal('bits are left over at its end');
  return bytes;
}

function valueOf(digits: string, at: number, strict: boolean): number {
  const unit = digits.charCodeAt(at);
  const value = unit < 128 ? values[unit]! : foreign;
  if (value === foreign || (strict && unit > 0x5a)) {
    throw refusal(`character ${at + 1} is none of A to Z and 2 to 7`);
  }
  return value;
}

function refusal(reason: string): OtpError {
  const advice = 'Check that it was copied whole, or take the bytes of the text itself with Secret.fromText.';
  return new OtpError('otp/invalid-base32', `This is no base32: ${reason}. ${advice}`);
}

/**
 * Lays plain base32 (no blank, no padding) by exclusive or over the big-endian words of a key block: the short way for the
 * secrets that are verified all the time.
 *
 * @returns the number of bytes, or -1 when {@link decodeBase32} has to have a look. The words then hold some of the text.
 */
export function decodeBase32Words(text: string, words: Int32Array): number {
  const { length } = text;
  const bytes = (length * 5) >>> 3;
  if (bytes > words.length * 4) return -1;
  // Bit n of this mask is set where n characters, modulo 8, are a whole number of bytes: 0, 2, 4, 5 and 7.
  if (((0b10110101 >>> (length & 7)) & 1) === 0) return -1;
  let seen = 0;
  let held = 0;
  let bits = 0;
  let filled = 0;
  let at = 0;
  // Four characters at a time, then what is left of them one by one.
  for (const last = length - 3; at < last; at += 4) {
    const one = text.charCodeAt(at);
    const two = text.charCodeAt(at + 1);
    const three = text.charCodeAt(at + 2);
    const four = text.charCodeAt(at + 3);
    const a = values[one & 127]!;
    const b = values[two & 127]!;
    const c = values[three & 127]!;
    const d = values[four & 127]!;
    seen |= a | b | c | d | ((one | two | three | four) & ~127);
    const value = (a << 15) | (b << 10) | (c << 5) | d;
    bits += 20;
    if (bits < 32) {
      held = (held << 20) | value;
    } else {
      bits -= 32;
      words[filled++]! ^= (held << (20 - bits)) | (value >>> bits);
      held = value;
    }
  }
  for (; at < length; at++) {
    const unit = text.charCodeAt(at);
    const value = values[unit & 127]!;
    seen |= value | (unit & ~127);
    bits += 5;
    if (bits < 32) {
      held = (held << 5) | value;
    } else {
      bits -= 32;
      words[filled++]! ^= (held << (5 - bits)) | (value >>> bits);
      held = value;
    }
  }
  if ((seen & ~31) !== 0) return -1;
  // What is left: whole bytes, and under them up to seven bits that RFC 4648 §3.5 wants to be zero and decoding drops.
  const rest = bytes & 3;
  if (rest !== 0) words[filled]! ^= (held << (32 - bits)) & (-1 << (32 - rest * 8));
  return bytes;
}
