/**
 * One section in one runtime: `measure.ts <section> <rounds> <milliseconds>` writes one line of JSON. Everyone runs in every
 * round, one after the other and each time in another order, so that what the machine does besides falls on all alike.
 */
import { createHmac } from 'node:crypto';
import {
  contestantsOf,
  lookAhead,
  replaceClock,
  secretBytesOf,
  sections,
  type Contestant,
  type Section,
} from './contestants.ts';
import { loadPeers } from './peers.ts';
import { callCount, makeWorkload, type Workload } from './workload.ts';

export interface Measured {
  readonly name: string;
  /** Nanoseconds a call, a number for each round. */
  readonly nanoseconds: readonly number[];
}

const [section, rounds, milliseconds] = process.argv.slice(2);
if (!sections.includes(section as Section))
  throw new Error(`There is no section ${section}: ${sections.join(', ')}.`);
let kept: unknown;
const realNow = performance.now.bind(performance);
const workload = makeWorkload(secretBytesOf[section as Section]);
replaceClock();
const contestants = contestantsOf(section as Section, await loadPeers(), workload);
for (const contestant of contestants) await check(contestant);
const results = await race(contestants);
process.stdout.write(`${JSON.stringify(results)}\n`);

/** Nobody is measured who does not answer rightly: three codes of node:crypto, and as many wrong ones. */
async function check({ name, probe }: Contestant): Promise<void> {
  for (let secret = 0; secret < 3; secret++) {
    const seconds =
      name === 'node-2fa' ? Math.floor(new Date().getTime() / 1000) : workload.secondsOf[secret]!;
    const counters = section === 'look-ahead' ? [0, 1, lookAhead] : [-1, 0, 1];
    const base = section === 'look-ahead' ? seconds : Math.floor(seconds / 30);
    const wrongCounter = section === 'look-ahead' ? base + lookAhead + 1 : base + 3;
    if (section!.startsWith('generate')) {
      const code = await probe(secret, '', seconds);
      if (code !== codeOf(secret, base)) throw new Error(`${name} generates a wrong code.`);
      continue;
    }
    for (const counter of counters) {
      if ((await probe(secret, codeOf(secret, base + counter), seconds)) !== true)
        throw new Error(`${name} refuses the right code of counter ${counter}.`);
    }
    if ((await probe(secret, codeOf(secret, wrongCounter), seconds)) !== false)
      throw new Error(`${name} accepts a wrong code.`);
  }
}

/** A code by the RFC's own words, on node:crypto. */
function codeOf(secret: number, counter: number): string {
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(BigInt(counter));
  const hash = section!.startsWith('verify-sha') ? section!.slice('verify-'.length) : 'sha1';
  const digest = createHmac(hash, (workload satisfies Workload).bytes[secret]!)
    .update(message)
    .digest();
  const offset = digest.at(-1)! & 15;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1e6).padStart(6, '0');
}

async function race(all: readonly Contestant[]): Promise<Measured[]> {
  const isAsync = await Promise.all(all.map(async ({ call }) => call(0) instanceof Promise));
  const sizes: number[] = [];
  for (const [index, contestant] of all.entries()) sizes.push(await sizeOf(contestant, isAsync[index]!));
  const nanoseconds = all.map((): number[] => []);
  for (let round = 0; round < Number(rounds); round++) {
    for (let place = 0; place < all.length; place++) {
      const index = (place + round) % all.length;
      const took = await slice(all[index]!, isAsync[index]!, round * 977, sizes[index]!);
      nanoseconds[index]!.push(Math.round((took * 1e6) / sizes[index]!));
    }
  }
  return all.map(({ name }, index) => ({ name, nanoseconds: nanoseconds[index]! }));
}

/** How many calls fill a slice, found after the compiler had time to do its work. */
async function sizeOf(contestant: Contestant, isAsync: boolean): Promise<number> {
  let size = 16;
  let took = 0;
  const started = realNow();
  while (realNow() - started < 500 || took < Number(milliseconds) / 2) {
    took = await slice(contestant, isAsync, 1, size);
    if (took < Number(milliseconds) / 2) size *= 2;
  }
  return Math.max(1, Math.round((size * Number(milliseconds)) / took));
}

async function slice({ call }: Contestant, isAsync: boolean, from: number, size: number): Promise<number> {
  const first = from % callCount;
  const started = realNow();
  if (isAsync) for (let index = 0; index < size; index++) kept = await call(first + index);
  else for (let index = 0; index < size; index++) kept = call(first + index);
  const took = realNow() - started;
  // A result that somebody might read is not optimised away.
  if (kept === milliseconds) throw new Error('unreachable');
  return took;
}
