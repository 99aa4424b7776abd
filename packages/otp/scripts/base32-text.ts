import { kernelPlaces, keyPads, textPlace } from '../src/kernel/kernel-places.ts';
import { bytes, lanes, pairs, wasm, type Code, type WasmFunction } from './wasm-writer.ts';

const { get, set, tee, constant } = wasm;
const textAddress = kernelPlaces.text * 4;
const keyAddress = kernelPlaces.key * 4;
/** The locals: the answer, the two halves of the text, which of its characters are of the alphabet, and room to work in. */
const [isWhole, upper, lower, known, letters, digits] = [0, 1, 2, 3, 4, 5];
const groupsOfHalf = 4;

/**
 * Function `b`: lays base32 of either case (RFC 4648 §6) over the first words of a key block, 32 characters at a time, and answers 1. The
 * answer is 0, and nothing is laid, where a character is none of the alphabet. No table is read, so that no cache tells which.
 */
export function base32Text(): WasmFunction {
  return {
    name: 'b',
    parameters: 0,
    answers: true,
    locals: [[1, wasm.i32] as const, [5, wasm.v128] as const],
    body: [
      ...[...readCharacters(0), ...set(known)],
      ...[...joinGroups(upper), ...readCharacters(16)],
      ...[...get(known), ...lanes.and, ...bytes.allTrue, ...set(isWhole)],
      ...joinGroups(lower),
      ...[...get(isWhole), ...wasm.when(layWords)],
      ...[0, 16, 32].flatMap((at) => [
        ...[...constant(textAddress), ...each(textPlace.blank), ...lanes.store(at)],
      ]),
      ...get(isWhole),
    ],
  };
}

const each = (byte: number): Code => [...constant(byte), ...bytes.splat];

/** The values of sixteen characters into `letters`, and on the stack which of them are of the alphabet. */
function readCharacters(at: number): Code {
  const below = (count: number): Code => [...each(count), ...bytes.isBelow];
  return [
    ...[...constant(textAddress), ...lanes.load(at), ...tee(digits)],
    // The bit that makes a letter small.
    ...[...each(32), ...lanes.or, ...each(0x61), ...bytes.subtract, ...set(letters)],
    ...[...get(digits), ...each(0x32), ...bytes.subtract, ...set(digits)],
    ...[...get(letters), ...below(26), ...get(digits), ...below(6), ...lanes.or],
    ...[...get(letters), ...get(digits), ...each(26), ...bytes.add],
    ...[...get(letters), ...below(26), ...lanes.select, ...set(letters)],
  ];
}

/** Sixteen values of five bits into four of twenty, the first character uppermost. */
function joinGroups(half: number): Code {
  const twoValues = [
    ...[...get(letters), ...constant(8), ...pairs.left, ...constant(3), ...pairs.right],
    ...[...get(letters), ...constant(8), ...pairs.right, ...lanes.or],
  ];
  const upperTimes1024 = [...constant((1 << 16) | 1024), ...lanes.splat];
  return [...twoValues, ...upperTimes1024, ...pairs.multiplyAndAdd, ...set(half)];
}

/** Eight groups of twenty bits are five words. */
const layWords: Code = [
  ...layWord(0, [0, 12], [1, -8]),
  ...layWord(1, [1, 24], [2, 4], [3, -16]),
  ...layWord(2, [3, 16], [4, -4]),
  ...layWord(3, [4, 28], [5, 8], [6, -12]),
  ...layWord(4, [6, 20], [7, 0]),
];

/** Groups with how far each is shifted to the left. The block rests with its pad, and no key lies over it yet. */
function layWord(word: number, ...groups: readonly (readonly [group: number, left: number])[]): Code {
  return [
    ...[...constant(keyAddress), ...constant(keyPads.inner)],
    ...groups.flatMap(([group, left]) => [
      ...get(group < groupsOfHalf ? upper : lower),
      ...lanes.extract(group % groupsOfHalf),
      ...constant(Math.abs(left)),
      ...(left < 0 ? wasm.right : wasm.left),
      ...wasm.xor,
    ]),
    ...wasm.store(word * 4),
  ];
}
