import { makeCounterRoom, type Hash } from './hash.ts';
import { roundConstants, startFractions } from './round-constants.ts';
import { sha256Compress } from './sha256.gen.ts';

let made: Hash | undefined;

/** FIPS 180-4 §6.2. Made when it is asked for, since its constants are computed and most programs never need them. */
export function sha256(): Hash {
  return (made ??= makeSha256());
}

function makeSha256(): Hash {
  const constants = roundConstants().high;
  return {
    blockWords: 16,
    stateWords: 8,
    start: startFractions().high,
    compress(block, from, fromAt, to, toAt) {
      sha256Compress(block, from, fromAt, to, toAt, constants);
    },
    counterRoom: makeCounterRoom(16, 8),
  };
}
