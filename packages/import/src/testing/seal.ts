import { createCipheriv, createHash, createHmac } from 'node:crypto';

/** Bytes that are the same in every run, and differ by their name. */
export function madeUp(name: string, bytes: number): Buffer {
  return createHash('shake256', { outputLength: bytes }).update(name).digest();
}

export interface Sealed {
  readonly nonce: Buffer;
  readonly ciphertext: Buffer;
  readonly tag: Buffer;
}

export function sealGcm(key: Buffer, { name, plain }: { name: string; plain: Buffer | string }): Sealed {
  const nonce = madeUp(`nonce of ${name}`, 12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const ciphertext = Buffer.concat([cipher.update(plain), cipher.final()]);
  return { nonce, ciphertext, tag: cipher.getAuthTag() };
}

/** IV and ciphertext, as XML Encryption has them. */
export function sealCbc(key: Buffer, { name, plain }: { name: string; plain: Buffer }): Buffer {
  const iv = madeUp(`iv of ${name}`, 16);
  const cipher = createCipheriv(`aes-${key.length * 8}-cbc`, key, iv);
  return Buffer.concat([iv, cipher.update(plain), cipher.final()]);
}

export function hmacSha1(key: Buffer, data: Buffer): Buffer {
  return createHmac('sha1', key).update(data).digest();
}
