/** The square roots of 2, 3, 5 and 10, over 4, each for twenty rounds (FIPS 180-4 §4.2.1). */
const roots: readonly number[] = [0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6];
const schedule: Int32Array = /* @__PURE__ */ new Int32Array(80);

/**
 * The same as `sha1Compress`, with its eighty rounds in a loop (FIPS 180-4 §6.1.2). A runtime has read this long before it has read
 * the other, and takes longer to run it: it is for the first blocks of a process.
 */
export function sha1Rolled(
  block: Int32Array,
  from: Int32Array,
  fromAt: number,
  to: Int32Array,
  toAt: number,
): void {
  for (let at = 0; at < 16; at++) schedule[at] = block[at]!;
  for (let at = 16; at < 80; at++) {
    const x = schedule[at - 3]! ^ schedule[at - 8]! ^ schedule[at - 14]! ^ schedule[at - 16]!;
    schedule[at] = (x << 1) | (x >>> 31);
  }
  let a = from[fromAt]!;
  let b = from[fromAt + 1]!;
  let c = from[fromAt + 2]!;
  let d = from[fromAt + 3]!;
  let e = from[fromAt + 4]!;
  for (let at = 0; at < 80; at++) {
    const quarter = (at / 20) | 0;
    const mix = quarter === 0 ? d ^ (b & (c ^ d)) : quarter === 2 ? (b & (c ^ d)) + (c & d) : b ^ c ^ d;
    const next = (((a << 5) | (a >>> 27)) + mix + e + roots[quarter]! + schedule[at]!) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = next;
  }
  to[toAt] = from[fromAt]! + a;
  to[toAt + 1] = from[fromAt + 1]! + b;
  to[toAt + 2] = from[fromAt + 2]! + c;
  to[toAt + 3] = from[fromAt + 3]! + d;
  to[toAt + 4] = from[fromAt + 4]! + e;
  // SECURITY: C15, C16, no words of a key stay behind (`kernel.test.ts`).
  for (let at = 0; at < 80; at++) schedule[at] = 0;
}
