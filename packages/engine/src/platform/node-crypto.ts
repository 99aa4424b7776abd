import {
  argon2,
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hash,
  randomFillSync,
  timingSafeEqual,
  type KeyObject,
} from 'node:crypto';
import type { Cipher } from '../ports/cipher.ts';
import type { Clock } from '../ports/clock.ts';
import type { PasswordHash } from '../ports/password-hash.ts';
import type { Platform } from '../ports/platform.ts';
import type { Random } from '../ports/random.ts';
import { systemTimer } from './system-timer.ts';

const algorithm = 'aes-256-gcm';
const tagLength = 16;

/** The time of this machine. */
export const systemClock: Clock = { now: () => Date.now() / 1000 };

// One call into OpenSSL fills many small requests; what was handed out is wiped from the pool.
const pool = new Uint8Array(4096);
let poolUsed = pool.length;

/** The secure generator of the operating system. */
export const systemRandom: Random = {
  bytes(length) {
    if (length > pool.length / 4) return randomFillSync(new Uint8Array(length));
    if (poolUsed + length > pool.length) {
      randomFillSync(pool);
      poolUsed = 0;
    }
    const bytes = pool.slice(poolUsed, poolUsed + length);
    pool.fill(0, poolUsed, poolUsed + length);
    poolUsed += length;
    return bytes;
  },
};

/** A master key as Node's ciphers take it fastest: raw bytes cost several times as much on Node 24.21. */
export function importMasterKey(bytes: Uint8Array): KeyObject {
  return createSecretKey(bytes);
}

/** AES-256-GCM by OpenSSL. SECURITY: CRYP-04, the tag's length is fixed, or Node would accept a shorter one. */
export const aesGcm: Cipher = {
  seal({ key, nonce, plaintext, associatedData }) {
    const cipher = createCipheriv(algorithm, key as KeyObject, nonce, { authTagLength: tagLength });
    cipher.setAAD(associatedData);
    const body = cipher.update(plaintext);
    cipher.final();
    return Buffer.concat([body, cipher.getAuthTag()]);
  },
  open({ key, nonce, sealed, associatedData }) {
    if (sealed.length < tagLength) return null;
    const body = sealed.subarray(0, sealed.length - tagLength);
    const decipher = createDecipheriv(algorithm, key as KeyObject, nonce, { authTagLength: tagLength });
    decipher.setAAD(associatedData);
    decipher.setAuthTag(sealed.subarray(sealed.length - tagLength));
    const plaintext = decipher.update(body);
    try {
      decipher.final();
    } catch {
      return null;
    }
    return plaintext;
  },
};

/** argon2id on the thread pool, so that the event loop goes on. */
export const argon2id: PasswordHash = {
  hash: ({ message, salt, cost }) =>
    new Promise((resolve, reject) => {
      const parameters = {
        message,
        nonce: salt,
        memory: cost.memoryKib,
        passes: cost.passes,
        parallelism: cost.parallelism,
        tagLength: 32,
      };
      argon2('argon2id', parameters, (error, bytes) => (error ? reject(error) : resolve(bytes)));
    }),
};

/** Node.js 24 and newer. */
export const nodePlatform: Platform = Object.freeze({
  clock: systemClock,
  timer: systemTimer,
  random: systemRandom,
  cipher: aesGcm,
  passwordHash: argon2id,
  digest: (text: string) => hash('sha256', text, 'base64url'),
  mac: (key: unknown, text: string) =>
    createHmac('sha256', key as KeyObject)
      .update(text)
      .digest('base64url'),
  importMacKey: importMasterKey,
  encode: (bytes: Uint8Array) =>
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url'),
  decode: (text: string) => Buffer.from(text, 'base64url'),
  equal: (left: Uint8Array, right: Uint8Array) =>
    left.length === right.length && timingSafeEqual(left, right),
});
