import { kernelPlaces, keyPads } from '../src/kernel/kernel-places.ts';
import { lanes, wasm, type Code, type WasmFunction } from './wasm-writer.ts';

const { get, set, tee, constant } = wasm;
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

/** The parameters: a block, the state before, and the state after. */
const [block, before, after] = [0, 1, 2];
const state: readonly number[] = [3, 4, 5, 6, 7];
/** Registers of four words: the last 32 of the schedule, one to work in, and what each stage adds. */
const scheduled = (group: number) => 8 + (group & 7);
const mixed = 16;
const root = (stage: number) => 17 + stage;
/** FIPS 180-4 §4.2.1. */
const rootValues: readonly number[] = [0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6];
/** Where four words of the schedule, with their root added, wait for their rounds: in turns. */
const waiting = (group: number) => kernelPlaces.waiting * 4 + (group & 3) * 16;

/**
 * One block of SHA-1, the states of a key, and the two blocks of a code, one after the other: functions `g`, `k` and `c`, of which the
 * first has this index in its module. They work in the places that `kernel-places.ts` names.
 */
export function sha1Whole(index: number): readonly WasmFunction[] {
  const { start, key, states, counter, inner, outer } = byteAddresses;
  const run = (from: number, stateBefore: number, stateAfter: number): Code => [
    ...[...constant(from), ...constant(stateBefore), ...constant(stateAfter)],
    ...wasm.call(index),
  ];
  const overKey = (words: (at: number) => Code): Code =>
    numbers(4).flatMap((at) => [...constant(key), ...words(at * 16), ...lanes.store(at * 16)]);
  const otherPad = (at: number): Code => [
    ...[...constant(key), ...lanes.load(at)],
    ...[...pads(keyPads.inner ^ keyPads.outer), ...lanes.xor],
  ];
  const takeKey = [
    ...[...run(key, start, states), ...overKey(otherPad)],
    ...[...run(key, start, states + 20), ...overKey(() => pads(keyPads.inner))],
  ];
  const hashCounter = [
    ...[...run(counter, states, inner), ...run(inner, states + 20, outer)],
    ...[0, 16, 24].flatMap((at) => [...constant(states), ...lanes.zero, ...lanes.store(at)]),
  ];
  const locals = [[5, wasm.i32] as const, [13, wasm.v128] as const];
  return [
    { name: 'g', parameters: 3, locals, body: sha1Block() },
    { name: 'k', parameters: 0, locals: [], body: takeKey },
    { name: 'c', parameters: 0, locals: [], body: hashCounter },
  ];
}

const pads = (pad: number): Code => [...constant(pad), ...lanes.splat];

const byteAddresses = {
  start: kernelPlaces.start * 4,
  key: kernelPlaces.key * 4,
  states: kernelPlaces.states * 4,
  counter: kernelPlaces.counter * 4,
  inner: kernelPlaces.innerDigest * 4,
  outer: kernelPlaces.outerDigest * 4,
};

/**
 * FIPS 180-4 §6.1.2. The rounds are words of the ordinary kind; the schedule is made four words at a time in registers that they do not
 * use, by arithmetic that a processor does beside theirs.
 */
function sha1Block(): Code {
  let order = state;
  const rounds = (group: number): Code =>
    numbers(4).flatMap((word) => {
      const [a, b, c, d, e] = order as [number, number, number, number, number];
      order = [e, a, b, c, d];
      return [
        ...[...get(e), ...constant(0), ...wasm.load(waiting(group) + word * 4), ...wasm.add],
        ...mix(Math.floor(group / 5), b, c, d),
        ...[...get(a), ...constant(5), ...wasm.rotateLeft, ...wasm.add, ...set(e)],
        ...[...get(b), ...constant(30), ...wasm.rotateLeft, ...set(b)],
      ];
    });
  return [
    ...state.flatMap((local, word) => [...get(before), ...wasm.load(word * 4), ...set(local)]),
    ...rootValues.flatMap((value, stage) => [...constant(value | 0), ...lanes.splat, ...set(root(stage))]),
    ...numbers(20).flatMap((group) => [
      ...fourWords(group),
      ...[...constant(0), ...get(scheduled(group)), ...get(root(Math.floor(group / 5))), ...lanes.add],
      ...[...lanes.store(waiting(group)), ...rounds(group)],
    ]),
    ...state.flatMap((local, word) => [
      ...[...get(after), ...get(local), ...get(before), ...wasm.load(word * 4), ...wasm.add],
      ...wasm.store(word * 4),
    ]),
    // No words of a key stay behind.
    ...numbers(4).flatMap((group) => [...constant(0), ...lanes.zero, ...lanes.store(waiting(group))]),
  ];
}

/** Adds what twenty rounds make of three words (FIPS 180-4 §4.1.1). */
function mix(stage: number, b: number, c: number, d: number): Code {
  const [xor, and, add] = [wasm.xor, wasm.and, wasm.add];
  if (stage === 0) return [...get(c), ...get(d), ...xor, ...get(b), ...and, ...get(d), ...xor, ...add];
  if (stage !== 2) return [...get(c), ...get(d), ...xor, ...get(b), ...xor, ...add];
  // The two parts have no bit in common, so that each can be added as soon as it is there.
  return [
    ...[...get(c), ...get(d), ...and, ...add],
    ...[...get(c), ...get(d), ...xor, ...get(b), ...and, ...add],
  ];
}

/** Four words of the schedule: of the block, of the sixteen before them, or of the 32 before them, which says the same of more. */
function fourWords(group: number): Code {
  const at = (back: number) => get(scheduled(group - back));
  const made = scheduled(group);
  if (group < 4) return [...get(block), ...lanes.load(group * 16), ...set(made)];
  if (group < 8) {
    return [
      ...[...at(4), ...at(4), ...at(3), ...lanes.pick(2, 3, 4, 5), ...lanes.xor, ...at(2), ...lanes.xor],
      ...[...at(1), ...lanes.zero, ...lanes.pick(1, 2, 3, 4), ...lanes.xor, ...rotate(1)],
      // The last of them needs the first.
      ...[...set(made), ...lanes.zero, ...get(made), ...lanes.pick(0, 1, 2, 4), ...rotate(1)],
      ...[...get(made), ...lanes.xor, ...set(made)],
    ];
  }
  return [
    ...[...at(2), ...at(1), ...lanes.pick(2, 3, 4, 5), ...at(4), ...lanes.xor],
    ...[...at(7), ...lanes.xor, ...at(8), ...lanes.xor, ...rotate(2), ...set(made)],
  ];
}

function rotate(by: number): Code {
  return [
    ...tee(mixed),
    ...[...constant(by), ...lanes.left, ...get(mixed), ...constant(32 - by), ...lanes.right],
    ...lanes.or,
  ];
}
