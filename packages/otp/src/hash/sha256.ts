import { makeCounterRoom, type Hash } from './hash.ts';
import { roundConstants, startFractions } from './round-constants.ts';
import { sha256Compress } from './sha256.gen.ts';

/** FIPS 180-4 §6.2. */
export const sha256: Hash = {
  blockWords: 16,
  stateWords: 8,
  start: startFractions.high,
  compress(block, from, fromAt, to, toAt) {
    sha256Compress(block, from, fromAt, to, toAt, roundConstants.high);
  },
  counterRoom: /* @__PURE__ */ makeCounterRoom(16, 8),
};
