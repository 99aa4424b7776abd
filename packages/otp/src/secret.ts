import { decodeBase32, encodeBase32, type Base32DecodeOptions } from './base32.ts';
import { hkdf } from './hash/hkdf.ts';
import { decodeHex, encodeHex } from './hex.ts';
import { limits } from './limits.ts';
import { assertOptions, assertWellFormed, assertWhole, isBytes } from './options.ts';
import { OtpError } from './otp-error.ts';
import { encodeUtf8, randomBytes } from './platform.ts';

/** What {@link Secret.derive} makes a secret of. */
export interface DeriveOptions {
  /** At least 32 random bytes, kept in a vault. Whoever has it has every secret derived from it. */
  readonly masterKey: Uint8Array;
  /** What names the user for ever, such as the id of the row. Never an e-mail address alone. */
  readonly identity: string;
  /** Counted up when the user needs a new secret, after a phone was lost. Default 0. */
  readonly generation?: number | undefined;
  /** Default 20, at least 16. */
  readonly bytes?: number | undefined;
}

/**
 * The key that a phone and a server share. It is never printed by accident: `String(secret)` and `JSON.stringify` show its length
 * alone, and `console.log` not even that. `toBase32`, `toHex` and `bytes` are the only ways to its contents.
 *
 * @example
 * const secret = Secret.generate();
 * secret.toBase32().length; // 32
 */
export class Secret {
  readonly #bytes: Uint8Array;

  private constructor(bytes: Uint8Array) {
    if (bytes.length === 0) throw new OtpError('otp/invalid-secret', 'A secret must not be empty.');
    if (bytes.length > limits.secretBytesMax) {
      throw new OtpError('otp/invalid-secret', `A secret has ${limits.secretBytesMax} bytes at most.`);
    }
    this.#bytes = bytes;
  }

  /**
   * A new secret from the runtime's cryptographic generator (RFC 4226 §7.5). 20 bytes, 32 characters of base32, are what
   * every app reads.
   *
   * @throws RangeError for fewer than 16 bytes (RFC 4226 R6)
   */
  static generate(bytes: number = limits.secretBytesDefault): Secret {
    assertWhole(bytes, 'The number of bytes of a new secret', limits.secretBytesMin, limits.secretBytesMax);
    return new Secret(randomBytes(bytes));
  }

  /**
   * Reads base32, the form that users see and URIs carry. Case, blanks, dashes and padding do not matter, unless `strict`.
   *
   * @throws OtpError `otp/invalid-base32`, `otp/invalid-secret`
   */
  static fromBase32(text: string, options: Base32DecodeOptions = {}): Secret {
    assertOptions(options, ['strict'], 'Secret.fromBase32');
    return new Secret(decodeBase32(text, options));
  }

  /** @throws OtpError `otp/invalid-hex`, `otp/invalid-secret` */
  static fromHex(text: string): Secret {
    return new Secret(decodeHex(text));
  }

  /** Copies the bytes. @throws OtpError `otp/invalid-secret`, TypeError if it is no Uint8Array */
  static fromBytes(bytes: Uint8Array): Secret {
    if (!isBytes(bytes)) {
      throw new TypeError('A secret must be a Secret, a Uint8Array or base32 text.');
    }
    return new Secret(new Uint8Array(bytes));
  }

  /** Takes the UTF-8 bytes of a text as they are. A text that a person chose is weak, however long. @throws OtpError `otp/invalid-secret` */
  static fromText(text: string): Secret {
    assertWellFormed(text, 'The text');
    return new Secret(encodeUtf8(text));
  }

  /**
   * Derives a secret from a master key and the identity of a user by HKDF-SHA-256 (RFC 5869), so that none needs to be stored.
   * The same input gives the same secret for ever. The price: the master key opens every account, a lost phone needs the next
   * `generation` (which has to be stored), and an identity that changes loses its secret.
   *
   * An e-mail address alone is refused: it changes hands, it is known to everyone, and two spellings of it are one mailbox.
   *
   * @throws RangeError for a short master key, or for an identity that is empty or an e-mail address
   */
  static derive(options: DeriveOptions): Secret {
    assertOptions(options, ['masterKey', 'identity', 'generation', 'bytes'], 'Secret.derive');
    const { masterKey, identity, generation = 0, bytes = limits.secretBytesDefault } = options;
    if (!isBytes(masterKey)) throw new TypeError('masterKey must be a Uint8Array.');
    if (masterKey.length < limits.masterKeyBytesMin) {
      throw new RangeError(
        `masterKey must have at least ${limits.masterKeyBytesMin} bytes, from a random generator.`,
      );
    }
    assertIdentity(identity);
    assertWhole(generation, 'generation', 0, 0xffffffff);
    assertWhole(bytes, 'bytes', limits.secretBytesMin, limits.secretBytesMax);
    const name = encodeUtf8(identity.normalize('NFC'));
    // Numbers of fixed width stand before the name, which is last: no two inputs give one text.
    const label = encodeUtf8(`tidelock/otp/secret/1 ${hexOfNumber(generation)} ${hexOfNumber(bytes)} `);
    const info = Uint8Array.from([...label, ...name]);
    return new Secret(hkdf({ keyMaterial: masterKey, salt: new Uint8Array(0), info, bytes }));
  }

  /** A copy of the bytes. */
  get bytes(): Uint8Array {
    return this.#bytes.slice();
  }

  get byteLength(): number {
    return this.#bytes.length;
  }

  /** Shorter than RFC 4226 R6 allows (16 bytes). It computes, but nothing new should be issued with it. */
  get isWeak(): boolean {
    return this.#bytes.length < limits.secretBytesMin;
  }

  /** Upper case, without padding: what URIs carry and apps read. */
  toBase32(): string {
    return encodeBase32(this.#bytes);
  }

  /** Base32 in groups of four, to be read and typed by a person. */
  toGroupedBase32(): string {
    return this.toBase32().replace(/.{4}(?=.)/g, '$& ');
  }

  toHex(): string {
    return encodeHex(this.#bytes);
  }

  /** SECURITY: rule 4, no secret in a log: the length alone (`secret.test.ts`). */
  toString(): string {
    return `[Secret of ${this.#bytes.length} bytes]`;
  }

  toJSON(): string {
    return this.toString();
  }
}

/** What is taken as a secret: base32 text is read tolerantly, bytes are copied. */
export type SecretLike = Secret | Uint8Array | string;

/** @throws OtpError for text that is no base32, or a secret that is empty or too long; TypeError for anything else */
export function toSecret(secret: SecretLike): Secret {
  if (secret instanceof Secret) return secret;
  return typeof secret === 'string' ? Secret.fromBase32(secret) : Secret.fromBytes(secret);
}

/** SECURITY: S37, an e-mail address alone names no user for ever (`secret.derive.test.ts`). */
function assertIdentity(identity: string): void {
  assertWellFormed(identity, 'identity');
  const text = identity.trim();
  if (text === '')
    throw new RangeError('identity must not be empty: give the id that the user keeps for ever.');
  if (/^[^\s@]+@[^\s@]+$/.test(text)) {
    throw new RangeError(
      'identity must not be an e-mail address alone, which changes hands: give the user id, or add it.',
    );
  }
}

function hexOfNumber(value: number): string {
  return value.toString(16).padStart(8, '0');
}

/** The bytes of what is taken as a secret. */
export function secretBytes(secret: SecretLike): Uint8Array {
  return toSecret(secret).bytes;
}
