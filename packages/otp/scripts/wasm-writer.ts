/** As much of the WebAssembly binary format as a block function needs: functions, and one page of memory. */

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
  /** Goes through the body if what is on the stack is not 0. */
  when: (body: Code): Code => [0x04, 0x40, ...body, 0x0b],
  call: (index: number): Code => [0x10, ...unsigned(index)],
  load: (offset: number): Code => [0x28, ...memory(offset)],
  store: (offset: number): Code => [0x36, ...memory(offset)],
  and: [0x71] as Code,
  xor: [0x73] as Code,
  left: [0x74] as Code,
  right: [0x76] as Code,
  rotateLeft: [0x77] as Code,
} as const;

/** The operations on four lanes of 32 bits. */
export const lanes = {
  load: (offset: number): Code => simd(0x00, ...memory(offset)),
  /** One word of 32 bits into all four lanes. */
  loadOne: (offset: number): Code => simd(0x09, ...memory(offset)),
  store: (offset: number): Code => simd(0x0b, ...memory(offset)),
  splat: simd(0x11),
  zero: simd(0x0c, ...Array.from({ length: 16 }, () => 0)),
  /** Four words of two registers: 0 to 3 are those of the first, 4 to 7 of the second. */
  pick: (...words: readonly [number, number, number, number]): Code =>
    simd(0x0d, ...words.flatMap((word) => [0, 1, 2, 3].map((byte) => word * 4 + byte))),
  and: simd(0x4e),
  or: simd(0x50),
  xor: simd(0x51),
  /** Bits of the first where the third has ones, of the second elsewhere. */
  select: simd(0x52),
  left: simd(0xab),
  right: simd(0xad),
  add: simd(0xae),
  extract: (lane: number): Code => simd(0x1b, lane),
} as const;

/** The operations on sixteen bytes. */
export const bytes = {
  splat: simd(0x0f),
  isBelow: simd(0x26),
  allTrue: simd(0x63),
  add: simd(0x6e),
  subtract: simd(0x71),
} as const;

/** The operations on eight lanes of 16 bits. */
export const pairs = {
  left: simd(0x8b),
  right: simd(0x8d),
  /** Products of two and two neighbours, each two added into a lane of 32 bits. */
  multiplyAndAdd: simd(0xba),
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

/** A function of 32-bit parameters, without a result or with one of 32 bits. `locals` are the types behind the parameters, in runs of one type. */
export interface WasmFunction {
  readonly name: string;
  readonly parameters: number;
  readonly answers?: boolean;
  readonly locals: readonly (readonly [count: number, type: number])[];
  readonly body: Code;
}

/** A module that exports its functions by their names, and its memory as `m`. */
export function writeModule(functions: readonly WasmFunction[]): Uint8Array {
  const count = functions.length;
  const types = functions.flatMap(({ parameters, answers = false }) => [
    ...[0x60, parameters],
    ...Array.from({ length: parameters }, () => wasm.i32),
    ...(answers ? [1, wasm.i32] : [0]),
  ]);
  const names = functions.flatMap(({ name }, index) => [1, name.charCodeAt(0), 0, index]);
  const codes = functions.flatMap(({ locals, body }) => {
    const declared = locals.flatMap(([many, type]) => [many, type]);
    const code = [locals.length, ...declared, ...body, 0x0b];
    return [...unsigned(code.length), ...code];
  });
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, [count, ...types]),
    ...section(3, [count, ...functions.keys()]),
    ...section(5, [1, 1, 1, 1]),
    ...section(7, [count + 1, ...names, 1, 0x6d, 2, 0]),
    ...section(10, [count, ...codes]),
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
