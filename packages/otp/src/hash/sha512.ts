import { makeCounterRoom, type Hash } from './hash.ts';
import { roundConstants, startFractions } from './round-constants.ts';
import { sha512Rounds } from './sha512.gen.ts';

const rounds = 80;
const perWord = 2 ** -32;

/** The message schedule in pairs of words, high and low; every block writes it anew. */
const schedule: Int32Array = /* @__PURE__ */ new Int32Array(rounds * 2);

let made: Hash | undefined;

/** FIPS 180-4 §6.4: words of 64 bits, each in two of 32. Made when it is asked for, as `sha256` is. */
export function sha512(): Hash {
  return (made ??= makeSha512());
}

function makeSha512(): Hash {
  const constants = pairs(roundConstants());
  return {
    blockWords: 32,
    stateWords: 16,
    start: pairs(startFractions()),
    compress(block, from, fromAt, to, toAt) {
      schedule.set(block);
      for (let at = 32; at < rounds * 2; at += 2) expand(at);
      sha512Rounds(schedule, constants, from, fromAt, to, toAt);
    },
    counterRoom: makeCounterRoom(32, 16),
  };
}

/** One word of the message schedule out of four earlier ones (FIPS 180-4 §6.4.2, step 1). */
function expand(at: number): void {
  const twoHigh = schedule[at - 4]!;
  const twoLow = schedule[at - 3]!;
  const fifteenHigh = schedule[at - 30]!;
  const fifteenLow = schedule[at - 29]!;
  const twoMixedHigh =
    ((twoHigh >>> 19) | (twoLow << 13)) ^ ((twoLow >>> 29) | (twoHigh << 3)) ^ (twoHigh >>> 6);
  const twoMixedLow =
    ((twoLow >>> 19) | (twoHigh << 13)) ^
    ((twoHigh >>> 29) | (twoLow << 3)) ^
    ((twoLow >>> 6) | (twoHigh << 26));
  const fifteenMixedHigh =
    ((fifteenHigh >>> 1) | (fifteenLow << 31)) ^
    ((fifteenHigh >>> 8) | (fifteenLow << 24)) ^
    (fifteenHigh >>> 7);
  const fifteenMixedLow =
    ((fifteenLow >>> 1) | (fifteenHigh << 31)) ^
    ((fifteenLow >>> 8) | (fifteenHigh << 24)) ^
    ((fifteenLow >>> 7) | (fifteenHigh << 25));
  const low =
    (twoMixedLow >>> 0) + (schedule[at - 13]! >>> 0) + (fifteenMixedLow >>> 0) + (schedule[at - 31]! >>> 0);
  schedule[at] =
    twoMixedHigh + schedule[at - 14]! + fifteenMixedHigh + schedule[at - 32]! + ((low * perWord) | 0);
  schedule[at + 1] = low;
}

function pairs({ high, low }: { readonly high: Int32Array; readonly low: Int32Array }): Int32Array {
  return Int32Array.from({ length: high.length * 2 }, (_, at) =>
    at % 2 === 0 ? high[at / 2]! : low[(at - 1) / 2]!,
  );
}
