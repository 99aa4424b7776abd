import { makeCounterRoom, type Hash } from './hash.ts';

const schedule: Int32Array = /* @__PURE__ */ new Int32Array(80);

/**
 * SHA-1 with its eighty rounds in loops (FIPS 180-4 §6.1.2), beside the unrolled one of `sha1.ts`. A runtime has read this long before it
 * has read the other, and takes two to three times as long to run it: it is for the first blocks of a process, and for where no
 * kernel can be made. The roots of 2, 3, 5 and 10, over 4, are signed, and sums are cut at once: numbers over 31 bits are slow before.
 */
export const sha1Rolled: Hash = {
  blockWords: 16,
  stateWords: 5,
  start: /* @__PURE__ */ Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0),
  compress: sha1RolledCompress,
  counterRoom: /* @__PURE__ */ makeCounterRoom(16, 5),
};

function sha1RolledCompress(
  block: Int32Array,
  from: ArrayLike<number>,
  fromAt: number,
  to: Int32Array,
  toAt: number,
): void {
  const w = schedule;
  w.set(block);
  for (let at = 16; at < 80; at++) {
    const x = w[at - 3]! ^ w[at - 8]! ^ w[at - 14]! ^ w[at - 16]!;
    w[at] = (x << 1) | (x >>> 31);
  }
  let a = from[fromAt]!;
  let b = from[fromAt + 1]!;
  let c = from[fromAt + 2]!;
  let d = from[fromAt + 3]!;
  let e = from[fromAt + 4]!;
  let at = 0;
  for (let quarter = 0; quarter < 4; quarter++) {
    const root =
      quarter === 0 ? 0x5a827999 : quarter === 1 ? 0x6ed9eba1 : quarter === 2 ? -0x70e44324 : -0x359d3e2a;
    for (const end = at + 20; at < end; at++) {
      const mix = quarter === 0 ? d ^ (b & (c ^ d)) : quarter === 2 ? (b & (c ^ d)) | (c & d) : b ^ c ^ d;
      const next = (((((a << 5) | (a >>> 27)) + mix) | 0) + ((((e + w[at]!) | 0) + root) | 0)) | 0;
      e = d;
      d = c;
      c = (b << 30) | (b >>> 2);
      b = a;
      a = next;
    }
  }
  to[toAt] = from[fromAt]! + a;
  to[toAt + 1] = from[fromAt + 1]! + b;
  to[toAt + 2] = from[fromAt + 2]! + c;
  to[toAt + 3] = from[fromAt + 3]! + d;
  to[toAt + 4] = from[fromAt + 4]! + e;
  // SECURITY: C15, C16, no words of a key stay behind (`kernel.test.ts`).
  w.fill(0);
}
