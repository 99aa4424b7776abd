// Written by scripts/generate-hashes.ts. Change that, and run it.

/**
 * `to` = `from` after the eighty rounds over a message schedule (FIPS 180-4 §6.4.2). The schedule and the constants
 * are pairs of words, high and low; the two states may be the same place.
 */
export function sha512Rounds(
  schedule: Int32Array,
  constants: Int32Array,
  from: ArrayLike<number>,
  fromAt: number,
  to: Int32Array,
  toAt: number,
): void {
  let ah = from[fromAt]!;
  let al = from[fromAt + 1]!;
  let bh = from[fromAt + 2]!;
  let bl = from[fromAt + 3]!;
  let ch = from[fromAt + 4]!;
  let cl = from[fromAt + 5]!;
  let dh = from[fromAt + 6]!;
  let dl = from[fromAt + 7]!;
  let eh = from[fromAt + 8]!;
  let el = from[fromAt + 9]!;
  let fh = from[fromAt + 10]!;
  let fl = from[fromAt + 11]!;
  let gh = from[fromAt + 12]!;
  let gl = from[fromAt + 13]!;
  let hh = from[fromAt + 14]!;
  let hl = from[fromAt + 15]!;
  const perWord = 2 ** -32;
  let xh = 0;
  let xl = 0;
  let low = 0;
  for (let at = 0; at < 160; at += 2) {
    xh = ((eh >>> 14) | (el << 18)) ^ ((eh >>> 18) | (el << 14)) ^ ((el >>> 9) | (eh << 23));
    xl = ((el >>> 14) | (eh << 18)) ^ ((el >>> 18) | (eh << 14)) ^ ((eh >>> 9) | (el << 23));
    low = (schedule[at + 1]! >>> 0) + (constants[at + 1]! >>> 0);
    low += (hl >>> 0) + (xl >>> 0) + ((gl ^ (el & (fl ^ gl))) >>> 0);
    hh = (hh + xh + (gh ^ (eh & (fh ^ gh)))) | 0;
    hh = (hh + schedule[at]! + constants[at]! + ((low * perWord) | 0)) | 0;
    hl = low | 0;
    low = (dl >>> 0) + (hl >>> 0);
    dh = (dh + hh + ((low * perWord) | 0)) | 0;
    dl = low | 0;
    xh = ((ah >>> 28) | (al << 4)) ^ ((al >>> 2) | (ah << 30)) ^ ((al >>> 7) | (ah << 25));
    xl = ((al >>> 28) | (ah << 4)) ^ ((ah >>> 2) | (al << 30)) ^ ((ah >>> 7) | (al << 25));
    low = (hl >>> 0) + (xl >>> 0) + (((al & bl) | (cl & (al | bl))) >>> 0);
    hh = (hh + xh + ((ah & bh) | (ch & (ah | bh))) + ((low * perWord) | 0)) | 0;
    hl = low | 0;
    low = hh;
    hh = gh;
    gh = fh;
    fh = eh;
    eh = dh;
    dh = ch;
    ch = bh;
    bh = ah;
    ah = low;
    low = hl;
    hl = gl;
    gl = fl;
    fl = el;
    el = dl;
    dl = cl;
    cl = bl;
    bl = al;
    al = low;
  }
  low = (from[fromAt + 1]! >>> 0) + (al >>> 0);
  to[toAt] = from[fromAt]! + ah + ((low * perWord) | 0);
  to[toAt + 1] = low;
  low = (from[fromAt + 3]! >>> 0) + (bl >>> 0);
  to[toAt + 2] = from[fromAt + 2]! + bh + ((low * perWord) | 0);
  to[toAt + 3] = low;
  low = (from[fromAt + 5]! >>> 0) + (cl >>> 0);
  to[toAt + 4] = from[fromAt + 4]! + ch + ((low * perWord) | 0);
  to[toAt + 5] = low;
  low = (from[fromAt + 7]! >>> 0) + (dl >>> 0);
  to[toAt + 6] = from[fromAt + 6]! + dh + ((low * perWord) | 0);
  to[toAt + 7] = low;
  low = (from[fromAt + 9]! >>> 0) + (el >>> 0);
  to[toAt + 8] = from[fromAt + 8]! + eh + ((low * perWord) | 0);
  to[toAt + 9] = low;
  low = (from[fromAt + 11]! >>> 0) + (fl >>> 0);
  to[toAt + 10] = from[fromAt + 10]! + fh + ((low * perWord) | 0);
  to[toAt + 11] = low;
  low = (from[fromAt + 13]! >>> 0) + (gl >>> 0);
  to[toAt + 12] = from[fromAt + 12]! + gh + ((low * perWord) | 0);
  to[toAt + 13] = low;
  low = (from[fromAt + 15]! >>> 0) + (hl >>> 0);
  to[toAt + 14] = from[fromAt + 14]! + hh + ((low * perWord) | 0);
  to[toAt + 15] = low;
}
