/**
 * Writes `src/kernel/sha1.gen.ts`, `sha256.gen.ts` and `sha512.gen.ts`: the block functions of FIPS 180-4 as WebAssembly, SHA-1
 * and SHA-256 four at a time in the lanes of one register, SHA-512 on words of 64 bits, which JavaScript does not have.
 *
 * Run it with `node packages/otp/scripts/generate-kernels.ts`; a test holds the files against it.
 */
import { writeFileSync } from 'node:fs';
import { base32Text } from './base32-text.ts';
import { sha1Whole } from './sha1-whole.ts';
import { lanes, wasm, wide, writeModule, type Code } from './wasm-writer.ts';

/** The parameters: where the message schedule begins, the state before, and the state after. */
const [schedule, before, after] = [0, 1, 2];
/** Where in the schedule, and in the table of constants, a loop stands; the table begins at address 0. */
const [place, table] = [3, 4];
const firstWord = 5;
const { get, set, tee } = wasm;
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

/** How twenty rounds mix three words, and what they add (FIPS 180-4 §4.1.1, §4.2.1). */
interface Stage {
  readonly root: number;
  readonly mix: (b: number, c: number, d: number) => Code;
}

const choose = (b: number, c: number, d: number): Code => [...get(c), ...get(d), ...get(b), ...lanes.select];
const parity = (b: number, c: number, d: number): Code => [
  ...[...get(b), ...get(c), ...lanes.xor],
  ...[...get(d), ...lanes.xor],
];
const majority = (b: number, c: number, d: number): Code => [
  ...[...get(d), ...get(b)],
  ...[...get(b), ...get(c), ...lanes.xor],
  ...lanes.select,
];
/** The roots are those of 2, 3, 5 and 10, over 4. */
const firstStage: Stage = { root: 0x5a827999, mix: choose };
const laterStages: readonly Stage[] = [
  { root: 0x6ed9eba1, mix: parity },
  { root: 0x8f1bbcdc, mix: majority },
  { root: 0xca62c1d6, mix: parity },
];

/** FIPS 180-4 §6.1.2 in four lanes. */
export function generateSha1Kernel(): Uint8Array {
  const state = numbers(5).map((index) => firstWord + index);
  const constant = firstWord + 5;
  const mixed = firstWord + 6;
  const made = firstWord + 7;
  const at = (word: number): Code => [...get(place), ...lanes.load(word * 16)];
  const rotate = (by: number): Code => [
    ...set(mixed),
    ...[...get(mixed), ...wasm.constant(by), ...lanes.left],
    ...[...get(mixed), ...wasm.constant(32 - by), ...lanes.right],
    ...lanes.or,
  ];
  // A new word of the schedule, sixteen behind `place`. Made in the round that needs it, so that the two do not wait for each other.
  const expand = (step: number): Code => [
    ...get(place),
    ...[
      ...at(step + 13),
      ...at(step + 8),
      ...lanes.xor,
      ...at(step + 2),
      ...lanes.xor,
      ...at(step),
      ...lanes.xor,
    ],
    ...[...rotate(1), ...tee(made)],
    ...[...lanes.store((step + 16) * 16), ...get(made)],
  ];
  // Five rounds bring the names back to where they were.
  const rounds = ({ mix }: Stage, words: readonly Code[]): Code => {
    let order = state;
    return words.flatMap((word) => {
      const [a, b, c, d, e] = order as [number, number, number, number, number];
      order = [e, a, b, c, d];
      return [
        ...[...get(e), ...word, ...lanes.add, ...get(constant), ...lanes.add, ...mix(b, c, d), ...lanes.add],
        ...[...get(a), ...rotate(5), ...lanes.add, ...set(e)],
        ...[...get(b), ...rotate(30), ...set(b)],
      ];
    });
  };
  const root = (stage: Stage): Code => [...wasm.constant(stage.root | 0), ...lanes.splat, ...set(constant)];
  const expanded = numbers(5).map(expand);
  const opening = [
    ...root(firstStage),
    ...loopOver(rounds(firstStage, numbers(5).map(at)), 5 * 16, 15 * 16),
    // One word that is given, and the first four that are made of those before: `place` goes back to the beginning for them.
    ...rounds(firstStage, [at(0), ...numbers(4).map((step) => [...start(), ...expand(step)])]),
    ...[...get(schedule), ...wasm.constant(4 * 16), ...wasm.add, ...set(place)],
  ];
  const rest = laterStages.flatMap((stage, index) => [
    ...root(stage),
    ...loopOver(rounds(stage, expanded), 5 * 16, (24 + index * 20) * 16),
  ]);
  const words = { state, load: lanes.loadOne, store: lanes.store, add: lanes.add, step: 4, laneStep: 16 };
  const body = [...openState(words), ...start(), ...opening, ...rest, ...closeState(words)];
  const locals = [[2, wasm.i32] as const, [8, wasm.v128] as const];
  return writeModule([{ name: 'f', parameters: 3, locals, body }, ...sha1Whole(1), base32Text()]);
}

/** FIPS 180-4 §6.2.2 in four lanes. */
export function generateSha256Kernel(): Uint8Array {
  const mixed = firstWord + 8;
  const shifted = (by: number): Code => [...get(mixed), ...wasm.constant(by), ...lanes.right];
  const rotated = (by: number): Code => [
    ...shifted(by),
    ...[...get(mixed), ...wasm.constant(32 - by), ...lanes.left],
    ...lanes.or,
  ];
  return generateSha2({
    ...lanes,
    wordBytes: 16,
    constantBytes: 4,
    rounds: 64,
    locals: wasm.v128,
    loadConstant: lanes.loadOne,
    mixed,
    shifted,
    rotated,
    big: [
      [2, 13, 22],
      [6, 11, 25],
    ],
    small: [
      [7, 18, 3],
      [17, 19, 10],
    ],
    choose: (e, f, g) => [...get(f), ...get(g), ...get(e), ...lanes.select],
    majority: (a, b, c) => [...get(c), ...get(a), ...get(a), ...get(b), ...lanes.xor, ...lanes.select],
  });
}

/** FIPS 180-4 §6.4.2. */
export function generateSha512Kernel(): Uint8Array {
  const mixed = firstWord + 8;
  const amount = (by: number): Code => [...get(mixed), ...wide.constant(by)];
  return generateSha2({
    ...wide,
    wordBytes: 8,
    constantBytes: 8,
    rounds: 80,
    locals: wasm.i64,
    loadConstant: wide.load,
    mixed,
    shifted: (by) => [...amount(by), ...wide.right],
    rotated: (by) => [...amount(by), ...wide.rotateRight],
    big: [
      [28, 34, 39],
      [14, 18, 41],
    ],
    small: [
      [1, 8, 7],
      [19, 61, 6],
    ],
    choose: (e, f, g) => [...get(g), ...get(e), ...get(f), ...get(g), ...wide.xor, ...wide.and, ...wide.xor],
    majority: (a, b, c) => [
      ...[...get(a), ...get(b), ...wide.and],
      ...[...get(c), ...get(a), ...get(b), ...wide.or, ...wide.and],
      ...wide.or,
    ],
  });
}

type Distances = readonly [number, number, number];

interface Sha2 {
  readonly wordBytes: number;
  readonly constantBytes: number;
  readonly rounds: number;
  readonly locals: number;
  readonly load: (offset: number) => Code;
  readonly store: (offset: number) => Code;
  readonly loadConstant: (offset: number) => Code;
  readonly add: Code;
  readonly xor: Code;
  readonly mixed: number;
  readonly shifted: (by: number) => Code;
  readonly rotated: (by: number) => Code;
  /** The distances of the two sums (FIPS 180-4 §4.1.2, §4.1.3): the last of a small one is a shift. */
  readonly big: readonly [Distances, Distances];
  readonly small: readonly [Distances, Distances];
  readonly choose: (e: number, f: number, g: number) => Code;
  readonly majority: (a: number, b: number, c: number) => Code;
}

/** SHA-256 and SHA-512 are one algorithm with words, distances and rounds of their own. */
function generateSha2(sha: Sha2): Uint8Array {
  const { wordBytes, constantBytes, add, xor, mixed } = sha;
  const made = mixed + 1;
  const expandedBytes = (sha.rounds - 16) * wordBytes;
  const state = numbers(8).map((index) => firstWord + index);
  const at = (word: number): Code => [...get(place), ...sha.load(word * wordBytes)];
  const sum = (parts: readonly [Code, Code, Code]): Code => [
    ...set(mixed),
    ...parts[0],
    ...parts[1],
    ...xor,
    ...parts[2],
    ...xor,
  ];
  const big = ([x, y, z]: Distances) => sum([sha.rotated(x), sha.rotated(y), sha.rotated(z)]);
  const small = ([x, y, z]: Distances) => sum([sha.rotated(x), sha.rotated(y), sha.shifted(z)]);
  // A new word of the schedule, sixteen behind `place`, made in the round that needs it.
  const expand = (step: number): Code => [
    ...get(place),
    ...[...at(step), ...at(step + 9), ...add],
    ...[...at(step + 1), ...small(sha.small[0]), ...add],
    ...[...at(step + 14), ...small(sha.small[1]), ...add, ...tee(made)],
    ...[...sha.store((step + 16) * wordBytes), ...get(made)],
  ];
  // Eight rounds bring the names back to where they were.
  const rounds = (words: readonly Code[]): Code => {
    let order = state;
    return words.flatMap((word, index) => {
      const [a, b, c, d, e, f, g, h] = order as [
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
      ];
      order = [h, a, b, c, d, e, f, g];
      return [
        ...[...get(h), ...word, ...add, ...get(table), ...sha.loadConstant(index * constantBytes), ...add],
        ...[...sha.choose(e, f, g), ...add, ...get(e), ...big(sha.big[1]), ...add, ...set(h)],
        ...[...get(d), ...get(h), ...add, ...set(d)],
        ...[...get(h), ...sha.majority(a, b, c), ...add, ...get(a), ...big(sha.big[0]), ...add, ...set(h)],
      ];
    });
  };
  const nextConstants = [...get(table), ...wasm.constant(8 * constantBytes), ...wasm.add, ...set(table)];
  const isSingle = wordBytes === constantBytes;
  const load = isSingle ? sha.load : sha.loadConstant;
  const words = { state, load, store: sha.store, add, step: constantBytes, laneStep: wordBytes };
  const locals = [[2, wasm.i32] as const, [10, sha.locals] as const];
  const body = [
    ...openState(words),
    ...start(),
    ...loopOver([...rounds(numbers(8).map(at)), ...nextConstants], 8 * wordBytes, 16 * wordBytes),
    ...start(),
    ...loopOver([...rounds(numbers(8).map(expand)), ...nextConstants], 8 * wordBytes, expandedBytes),
    ...closeState(words),
  ];
  return writeModule([{ name: 'f', parameters: 3, locals, body }]);
}

interface StateWords {
  /** The locals that hold it. */
  readonly state: readonly number[];
  readonly load: (offset: number) => Code;
  readonly store: (offset: number) => Code;
  readonly add: Code;
  /** From one word to the next, before in one lane and after in all of them. */
  readonly step: number;
  readonly laneStep: number;
}

function openState({ state, load, step }: StateWords): Code {
  return state.flatMap((word, index) => [...get(before), ...load(index * step), ...set(word)]);
}

function closeState({ state, load, store, add, step, laneStep }: StateWords): Code {
  return state.flatMap((word, index) => [
    ...[...get(after), ...get(word), ...get(before), ...load(index * step), ...add],
    ...store(index * laneStep),
  ]);
}

function start(): Code {
  return [...get(schedule), ...set(place)];
}

/** Goes through a body until `place` stands `end` bytes behind the beginning of the schedule. */
function loopOver(body: Code, step: number, end: number): Code {
  return wasm.loop([
    ...body,
    ...[...get(place), ...wasm.constant(step), ...wasm.add, ...set(place)],
    ...[...get(place), ...get(schedule), ...wasm.constant(end), ...wasm.add, ...wasm.isOther],
  ]);
}

/** The file that carries a module. */
export function kernelFile(name: string, module: Uint8Array): string {
  const text = Buffer.from(module).toString('hex');
  return [
    '// Written by scripts/generate-kernels.ts. Change that, and run it.',
    '',
    `/** The block function of ${name} as WebAssembly, in hexadecimal, which gzip makes smaller than base64. */`,
    `export const ${name}Module: string =`,
    `  '${text}';`,
    '',
  ].join('\n');
}

export const kernels: ReadonlyMap<string, () => Uint8Array> = new Map([
  ['sha1', generateSha1Kernel],
  ['sha256', generateSha256Kernel],
  ['sha512', generateSha512Kernel],
]);

if (import.meta.main) {
  for (const [name, generate] of kernels) {
    writeFileSync(new URL(`../src/kernel/${name}.gen.ts`, import.meta.url), kernelFile(name, generate()));
  }
}
