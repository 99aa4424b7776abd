import { hash } from 'node:crypto';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The bytes of a base32 secret without padding. */
export function bytesOfBase32(text: string): Uint8Array {
  const bytes: number[] = [];
  let bits = 0;
  let value = 0;
  for (const character of text) {
    value = ((value << 5) | alphabet.indexOf(character)) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((value >> bits) & 0xff);
  }
  return Uint8Array.from(bytes);
}

/** The two blocks of HMAC (RFC 2104), each with room for what is hashed after it. */
interface Blocks {
  readonly inner: Buffer;
  readonly outer: Buffer;
}

const blocksOfSecret = new Map<string, Blocks>();
const blockBytes = 64;
const counterBytes = 8;
const digestBytes = 20;

/** The code of a counter, six digits of HMAC-SHA-1 (RFC 4226 §5.3): by Node's own hash, and nothing of ours. */
export function ownCode(secret: string, counter: number): string {
  const { inner, outer } = blocksOf(secret);
  inner.writeBigUInt64BE(BigInt(counter), blockBytes);
  hash('sha1', inner, 'buffer').copy(outer, blockBytes);
  const mac = hash('sha1', outer, 'buffer');
  const place = mac[digestBytes - 1]! & 15;
  return String((mac.readUInt32BE(place) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

function blocksOf(secret: string): Blocks {
  const known = blocksOfSecret.get(secret);
  if (known !== undefined) return known;
  const inner = Buffer.alloc(blockBytes + counterBytes);
  const outer = Buffer.alloc(blockBytes + digestBytes);
  const key = bytesOfBase32(secret);
  for (let at = 0; at < blockBytes; at += 1) {
    inner[at] = (key[at] ?? 0) ^ 0x36;
    outer[at] = (key[at] ?? 0) ^ 0x5c;
  }
  blocksOfSecret.set(secret, { inner, outer });
  return { inner, outer };
}

export const periodSeconds = 30;
