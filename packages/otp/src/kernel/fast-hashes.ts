import type { Hash } from '../hash/hash.ts';
import { roundConstants } from '../hash/round-constants.ts';
import { sha1 } from '../hash/sha1.ts';
import { sha1Compress } from '../hash/sha1.gen.ts';
import { sha1Rolled } from '../hash/sha1-rolled.ts';
import { sha256 } from '../hash/sha256.ts';
import { sha512 } from '../hash/sha512.ts';
import { lazyKernel } from './lazy-kernel.ts';
import { sha1Module } from './sha1.gen.ts';
import { sha256Module } from './sha256.gen.ts';
import { sha512Module } from './sha512.gen.ts';

const made: { sha1?: Hash; sha256?: Hash; sha512?: Hash } = {};

/** Blocks that are not worth reading the unrolled function for: eight windows of them. */
let rolledLeft = 64;

const startingSha1: Hash = {
  ...sha1,
  compress(block, from, fromAt, to, toAt) {
    if (rolledLeft === 0) {
      sha1Compress(block, from, fromAt, to, toAt);
    } else {
      rolledLeft--;
      sha1Rolled(block, from, fromAt, to, toAt);
    }
  },
};

/** SHA-1, and a range of counters four at a time. */
export function fastSha1(): Hash {
  return (made.sha1 ??= withKernel(
    startingSha1,
    lazyKernel(() => ({ ...sha1, module: sha1Module, lanes: 4, constants: [] })),
  ));
}

/** SHA-256, and a range of counters four at a time. */
export function fastSha256(): Hash {
  return (made.sha256 ??= withKernel(
    sha256(),
    lazyKernel(() => ({ ...sha256(), module: sha256Module, lanes: 4, constants: shortConstants() })),
  ));
}

/** SHA-512 with words of 64 bits, for every block that there is. */
export function fastSha512(): Hash {
  return (made.sha512 ??= makeFastSha512());
}

function makeFastSha512(): Hash {
  const plain = sha512();
  const kernelOf = lazyKernel(() => ({
    ...plain,
    module: sha512Module,
    lanes: 1,
    constants: wideConstants(),
  }));
  return {
    ...withKernel(plain, kernelOf),
    compress(block, from, fromAt, to, toAt) {
      const kernel = kernelOf();
      if (kernel === null) plain.compress(block, from, fromAt, to, toAt);
      else kernel.compress(block, from, fromAt, to, toAt);
    },
  };
}

function shortConstants(): Int32Array {
  return roundConstants().high.subarray(0, 64);
}

/** Low half first, as WebAssembly reads words of 64 bits. */
function wideConstants(): number[] {
  const { high, low } = roundConstants();
  return Array.from(high).flatMap((upper, index) => [low[index]!, upper]);
}

function withKernel(hash: Hash, kernelOf: ReturnType<typeof lazyKernel>): Hash {
  return {
    ...hash,
    truncateMany(states, run, to) {
      const kernel = kernelOf();
      kernel?.truncateMany(states, run, to);
      return kernel !== null;
    },
  };
}
