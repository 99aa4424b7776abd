import type { Hash } from '../hash/hash.ts';
import { roundConstants } from '../hash/round-constants.ts';
import { sha1 } from '../hash/sha1.ts';
import { sha256 } from '../hash/sha256.ts';
import { sha512 } from '../hash/sha512.ts';
import { lazyKernel } from './lazy-kernel.ts';
import type { Kernel } from './kernel.ts';
import { sha1Module } from './sha1.gen.ts';
import { sha256Module } from './sha256.gen.ts';
import { sha512Module } from './sha512.gen.ts';

const noConstants: Int32Array = /* @__PURE__ */ new Int32Array(0);

/** SHA-1, and a range of counters four at a time. */
export const fastSha1: Hash = /* @__PURE__ */ withLanes(
  sha1,
  /* @__PURE__ */ lazyKernel(() => ({ ...sha1, module: sha1Module, lanes: 4, constants: noConstants })),
);

/** SHA-256, and a range of counters four at a time. */
export const fastSha256: Hash = /* @__PURE__ */ withLanes(
  sha256,
  /* @__PURE__ */ lazyKernel(() => ({
    ...sha256,
    module: sha256Module,
    lanes: 4,
    constants: roundConstants.high.subarray(0, 64),
  })),
);

/** SHA-512 with words of 64 bits, for every block that there is. */
export const fastSha512: Hash = /* @__PURE__ */ withWords(
  /* @__PURE__ */ lazyKernel(() => ({
    ...sha512,
    module: sha512Module,
    lanes: 1,
    constants: Int32Array.from(
      { length: 160 },
      (_, at) => (at & 1 ? roundConstants.high : roundConstants.low)[at >> 1]!,
    ),
  })),
);

function withLanes(hash: Hash, kernelOf: () => Kernel | null): Hash {
  return {
    ...hash,
    truncateMany(states, range, to) {
      const kernel = kernelOf();
      kernel?.truncateMany(states, range, to);
      return kernel !== null;
    },
  };
}

function withWords(kernelOf: () => Kernel | null): Hash {
  return {
    ...withLanes(sha512, kernelOf),
    compress(block, from, fromAt, to, toAt) {
      const kernel = kernelOf();
      if (kernel === null) sha512.compress(block, from, fromAt, to, toAt);
      else kernel.compress(block, from, fromAt, to, toAt);
    },
  };
}
