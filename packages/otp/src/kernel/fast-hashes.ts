import type { Hash } from '../hash/hash.ts';
import { roundConstants } from '../hash/round-constants.ts';
import { sha1Rolled } from '../hash/sha1-rolled.ts';
import { sha256 } from '../hash/sha256.ts';
import { sha512 } from '../hash/sha512.ts';
import { truncate } from '../truncate.ts';
import { lazyKernel, type LazyKernel } from './lazy-kernel.ts';
import { sha1Module } from './sha1.gen.ts';
import { sha256Module } from './sha256.gen.ts';
import { sha512Module } from './sha512.gen.ts';

const made: { sha1?: Hash; sha256?: Hash; sha512?: Hash } = {};

/** SHA-1, with whole keys and codes in one call, and a range of counters four at a time. */
export function fastSha1(): Hash {
  return (made.sha1 ??= makeFastSha1());
}

function makeFastSha1(): Hash {
  const whole = lazyKernel(() => ({ ...sha1Rolled, module: sha1Module, lanes: 4, constants: [] }));
  return { ...withKernel(sha1Rolled, whole), whole };
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
  const lazy = lazyKernel(() => ({
    ...plain,
    module: sha512Module,
    lanes: 1,
    constants: wideConstants(),
  }));
  return {
    ...withKernel(plain, lazy),
    compress(block, from, fromAt, to, toAt) {
      const kernel = lazy.ask();
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

function withKernel(hash: Hash, { ask }: LazyKernel): Hash {
  return {
    ...hash,
    truncateMany(states, run, to) {
      const kernel = ask();
      if (kernel === null) return false;
      // One counter alone is not worth four lanes, where there is no shorter way in the kernel.
      if (run.count === 1 && hash.stateWords === 8) to[0] = truncate({ hash, states }, run.high, run.low);
      else kernel.truncateMany(states, run, to);
      return true;
    },
  };
}
