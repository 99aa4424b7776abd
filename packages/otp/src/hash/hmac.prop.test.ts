import { createHmac, hkdfSync } from 'node:crypto';
import { hmac as nobleHmac } from '@noble/hashes/hmac.js';
import { sha1 as nobleSha1 } from '@noble/hashes/legacy.js';
import { sha256 as nobleSha256, sha512 as nobleSha512 } from '@noble/hashes/sha2.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashOf } from '../algorithm.ts';
import { encodeHex } from '../hex.ts';
import { hkdf } from './hkdf.ts';
import { hmac, hmacKey } from './hmac.ts';

const peers = [
  { algorithm: 'SHA1', noble: nobleSha1, node: 'sha1' },
  { algorithm: 'SHA256', noble: nobleSha256, node: 'sha256' },
  { algorithm: 'SHA512', noble: nobleSha512, node: 'sha512' },
] as const;

describe('HMAC against two other implementations (CRYP-09)', () => {
  it.each(peers)(
    '$algorithm is that of node:crypto for any key of 0 to 200 bytes and any message',
    ({ algorithm, node }) => {
      const bytes = fc.uint8Array({ maxLength: 200, size: 'max' });
      fc.assert(
        fc.property(bytes, fc.uint8Array({ maxLength: 300, size: 'max' }), (key, message) => {
          const mac = hmac(hmacKey(hashOf(algorithm), key), message);
          expect(encodeHex(mac)).toBe(createHmac(node, key).update(message).digest('hex'));
        }),
        { numRuns: 2000 },
      );
    },
  );

  it.each(peers)(
    '$algorithm is that of @noble/hashes for every length of key and message around a block',
    (peer) => {
      for (const keyBytes of [0, 1, 63, 64, 65, 127, 128, 129, 200]) {
        const key = Uint8Array.from({ length: keyBytes }, (_, at) => at * 7);
        for (let messageBytes = 0; messageBytes <= 260; messageBytes++) {
          const message = Uint8Array.from({ length: messageBytes }, (_, at) => at * 11);
          const mac = hmac(hmacKey(hashOf(peer.algorithm), key), message);
          expect(encodeHex(mac)).toBe(encodeHex(nobleHmac(peer.noble, key, message)));
        }
      }
    },
  );

  it('a key that was used before leaves nothing in the room of the next', () => {
    const long = new Uint8Array(128).fill(255);
    for (const { algorithm, node } of peers) {
      hmacKey(hashOf(algorithm), long);
      const mac = hmac(hmacKey(hashOf(algorithm), Uint8Array.of(1)), new Uint8Array(0));
      expect(encodeHex(mac)).toBe(createHmac(node, Uint8Array.of(1)).digest('hex'));
    }
  });

  it('HKDF-SHA-256 is that of node:crypto', () => {
    const bytes = fc.uint8Array({ maxLength: 100, size: 'max' });
    fc.assert(
      fc.property(
        bytes,
        bytes,
        bytes,
        fc.integer({ min: 1, max: 300 }),
        (keyMaterial, salt, info, length) => {
          const ours = hkdf({ keyMaterial, salt, info, bytes: length });
          expect(encodeHex(ours)).toBe(
            Buffer.from(hkdfSync('sha256', keyMaterial, salt, info, length)).toString('hex'),
          );
        },
      ),
      { numRuns: 500 },
    );
  });
});
