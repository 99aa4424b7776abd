import { createDecipheriv, createSecretKey, pbkdf2, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { ImportError } from './import-error.ts';
import { limits } from './limits.ts';

const gcmNonceBytes = 12;
const gcmTagBytes = 16;

interface GcmParts {
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
  readonly ciphertext: Uint8Array;
  readonly tag: Uint8Array;
}

/**
 * AES-256-GCM; null when the tag is wrong: another password, or an altered file.
 *
 * SECURITY: F5, a shorter tag would be taken by node:crypto and is easy to forge: only 16 bytes will do (`aegis.test.ts`).
 */
export function openAesGcm({ key, nonce, ciphertext, tag }: GcmParts): Buffer | null {
  if (key.length !== 32 || nonce.length !== gcmNonceBytes || tag.length !== gcmTagBytes) return null;
  const options = { authTagLength: gcmTagBytes };
  const decipher = createDecipheriv('aes-256-gcm', createSecretKey(key), nonce, options);
  decipher.setAuthTag(tag);
  const plain = decipher.update(ciphertext);
  try {
    return Buffer.concat([plain, decipher.final()]);
  } catch {
    return null;
  }
}

/** The same where nonce, ciphertext and tag stand one after the other; null also when it is too short for that. */
export function openJoinedAesGcm(
  key: Uint8Array,
  { joined }: { readonly joined: Uint8Array },
): Buffer | null {
  if (joined.length < gcmNonceBytes + gcmTagBytes) return null;
  return openAesGcm({
    key,
    nonce: joined.subarray(0, gcmNonceBytes),
    ciphertext: joined.subarray(gcmNonceBytes, joined.length - gcmTagBytes),
    tag: joined.subarray(joined.length - gcmTagBytes),
  });
}

/**
 * AES-CBC of an IV followed by ciphertext, padded as XML Encryption has it (§5.2): the last byte alone says how much. Null when
 * it cannot be so. Nothing here proves that the bytes are genuine: a MAC has to be checked before.
 */
export function openAesCbc(key: Uint8Array, { joined }: { readonly joined: Uint8Array }): Buffer | null {
  if (![16, 24, 32].includes(key.length) || joined.length < 32 || joined.length % 16 !== 0) return null;
  const algorithm = `aes-${key.length * 8}-cbc`;
  const decipher = createDecipheriv(algorithm, createSecretKey(key), joined.subarray(0, 16));
  decipher.setAutoPadding(false);
  const plain = Buffer.concat([decipher.update(joined.subarray(16)), decipher.final()]);
  const padding = plain.at(-1)!;
  return padding >= 1 && padding <= 16 ? plain.subarray(0, plain.length - padding) : null;
}

export interface ScryptParameters {
  readonly n: number;
  readonly r: number;
  readonly p: number;
}

/** What scrypt would cost: N · r · p. @throws ImportError `import/cost-too-high`, before a byte of memory is taken */
export function scryptCost({ n, r, p }: ScryptParameters): number {
  const isWhole = [n, r, p].every((value) => Number.isSafeInteger(value) && value >= 1 && value <= 2 ** 24);
  const isPowerOfTwo = isWhole && n >= 2 && (n & (n - 1)) === 0;
  if (!isPowerOfTwo || 128 * n * r > limits.scryptMemoryBytesMax || n * r * p > limits.scryptCostMax) {
    throw tooCostly('scrypt');
  }
  return n * r * p;
}

/** A key of 32 bytes (RFC 7914). @throws ImportError `import/cost-too-high` */
export async function deriveByScrypt(
  password: string,
  { salt, ...parameters }: ScryptParameters & { readonly salt: Uint8Array },
): Promise<Buffer> {
  scryptCost(parameters);
  const { n, r, p } = parameters;
  return new Promise((resolve, reject) => {
    const options = { N: n, r, p, maxmem: 128 * r * (n + p + 4) + 4096 };
    scrypt(password, salt, 32, options, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
}

export interface Pbkdf2Parameters {
  readonly salt: Uint8Array;
  readonly rounds: number;
  readonly keyBytes: number;
  readonly hash: 'sha1' | 'sha256' | 'sha512';
}

/** A key (RFC 8018 §5.2). @throws ImportError `import/cost-too-high` */
export async function deriveByPbkdf2(password: string, parameters: Pbkdf2Parameters): Promise<Buffer> {
  const { salt, rounds, keyBytes, hash } = parameters;
  if (!Number.isSafeInteger(rounds) || rounds < 1 || rounds > limits.pbkdf2RoundsMax)
    throw tooCostly('PBKDF2');
  return promisify(pbkdf2)(password, salt, rounds, keyBytes, hash);
}

function tooCostly(name: string): ImportError {
  return new ImportError(
    'import/cost-too-high',
    `The file asks for more ${name} than any app writes, or for none. It is damaged, or made to stop a server.`,
  );
}
