import type { Cipher } from './cipher.ts';
import type { Clock } from './clock.ts';
import type { PasswordHash } from './password-hash.ts';
import type { Random } from './random.ts';
import type { Timer } from './timer.ts';

/** All that the engine takes from the machine it runs on. */
export interface Platform {
  readonly clock: Clock;
  readonly timer: Timer;
  readonly random: Random;
  readonly cipher: Cipher;
  readonly passwordHash: PasswordHash;
  /** SHA-256 of the text in base64url, for values of 128 random bits and more, which need no slow hash (LOOK-02). */
  digest(text: string): string;
  /** HMAC-SHA-256 of the text in base64url; the key is of `importMacKey`. */
  mac(key: unknown, text: string): string;
  /** 32 random bytes as a key for `mac`. */
  importMacKey(bytes: Uint8Array): unknown;
  /** Base64url without padding. */
  encode(bytes: Uint8Array): string;
  /** The bytes of base64url text. */
  decode(text: string): Uint8Array;
  /** Whether both are the same, in a time that depends on their length alone. */
  equal(left: Uint8Array, right: Uint8Array): boolean;
}
