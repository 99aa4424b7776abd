/** As much of the WebAssembly binary format as a block function needs: one function, one page of memory, both exported. */

export type Code = readonly number[];

export const wasm = {
  i32: 0x7f,
  i64: 0x7e,
  v128: 0x7b,
  get: (local: number): Code => [0x20, ...unsigned(local)],
  set: (local: number): Code => [0x21, ...unsigned(local)],
  tee: (local: number): Code => [0x22, ...unsigned(local)],
  constant: (value: number): Code => [0x41, ...signed(value)],
  add: [0x6a] as Code,
  isOther: [0x47] as Code,
  /** Goes through the body again as long as it leaves something other than 0. */
  loop: (body: Code): Code => [0x03, 0x40, ...body, 0x0d, 0x00, 0x0b],
} as const;

/** The operations on four lanes of 32 bits. */
export const lanes = {
  load: (offset: number): Code => simd(0x00, ...memory(offset)),
  /** One word of 32 bits into all four lanes. */
  loadOne: (offset: number): Code => simd(0x09, ...memory(offset)),
  store: (offset: number): Code => simd(0x0b, ...memory(offset)),
  splat: simd(0x11),
  and: simd(0x4e),
  or: simd(0x50),
  xor: simd(0x51),
  /** Bits of the first where the third has ones, of the second elsewhere. */
  select: simd(0x52),
  left: simd(0xab),
  right: simd(0xad),
  add: simd(0xae),
} as const;

/** The operations on one word of 64 bits. */
export const wide = {
  load: (offset: number): Code => [0x29, ...memory(offset)],
  store: (offset: number): Code => [0x37, ...memory(offset)],
  constant: (value: number): Code => [0x42, ...signed(value)],
  add: [0x7c] as Code,
  and: [0x83] as Code,
  or: [0x84] as Code,
  xor: [0x85] as Code,
  right: [0x88] as Code,
  rotateRight: [0x8a] as Code,
} as const;

/** A module whose function `f` takes three addresses; `m` is its memory. `locals` are the types behind the parameters. */
export function writeModule(locals: readonly number[], body: readonly Code[]): Uint8Array {
  const declared = locals.flatMap((type) => [1, type]);
  const code = [...unsigned(locals.length), ...declared, ...body.flat(), 0x0b];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, [1, 0x60, 3, wasm.i32, wasm.i32, wasm.i32, 0]),
    ...section(3, [1, 0]),
    ...section(5, [1, 1, 1, 1]),
    ...section(7, [2, 1, 0x66, 0, 0, 1, 0x6d, 2, 0]),
    ...section(10, [1, ...unsigned(code.length), ...code]),
  ]);
}

function section(id: number, content: Code): Code {
  return [id, ...unsigned(content.length), ...content];
}

function simd(operation: number, ...rest: number[]): Code {
  return [0xfd, ...unsigned(operation), ...rest];
}

/** No alignment is promised, at no cost on today's processors. */
function memory(offset: number): number[] {
  return [0, ...unsigned(offset)];
}

function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];
}

function signed(value: number): number[] {
  const rest = value >> 7;
  const isLast = (rest === 0 && (value & 64) === 0) || (rest === -1 && (value & 64) !== 0);
  return isLast ? [value & 127] : [(value & 127) | 128, ...signed(rest)];
}
