import { makeCounterRoom, type Hash } from './hash.ts';
import { sha1Compress } from './sha1.gen.ts';

/** FIPS 180-4 §5.3.1. As HMAC it stands as RFC 4226 asks for it; nowhere else should SHA-1 be used. */
export const sha1: Hash = {
  blockWords: 16,
  stateWords: 5,
  start: /* @__PURE__ */ Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0),
  compress: sha1Compress,
  counterRoom: /* @__PURE__ */ makeCounterRoom(16, 5),
};
