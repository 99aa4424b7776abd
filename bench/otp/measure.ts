/**
 * One section in one runtime: `measure.ts <section> <rounds> <milliseconds> <guests>` writes one line of JSON. Everyone runs in every
 * round, one after the other and each time in another order, so that what the machine does besides falls on all alike.
 */
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  contestantsOf,
  lookAhead,
  replaceClock,
  secretBytesOf,
  sections,
  type Contestant,
  type Section,
} from './contestants.ts';
import { Guest } from './guest.ts';
import type { GuestProgram } from './guest-programs.ts';
import { loadPeers } from './peers.ts';
import { callCount, makeWorkload, type Workload } from './workload.ts';

export interface Measured {
  readonly name: string;
  /** In another language, and without a JavaScript runtime: shown, and no part of what is promised. */
  readonly isForeign: boolean;
  /** Nanoseconds a call, a number for each round. */
  readonly nanoseconds: readonly number[];
}

/** Who takes turns: milliseconds for so many calls of the workload, from a place in it on. */
interface Racer {
  readonly name: string;
  slice(from: number, size: number): Promise<number>;
}

const [section, rounds, milliseconds, guestPrograms] = process.argv.slice(2);
if (!sections.includes(section as Section))
  throw new Error(`There is no section ${section}: ${sections.join(', ')}.`);
let kept: unknown;
const realNow = performance.now.bind(performance);
const workload = makeWorkload(secretBytesOf[section as Section]);
replaceClock();
const contestants = contestantsOf(section as Section, await loadPeers(), workload);
const folder = mkdtempSync(join(tmpdir(), 'tidelock-workload-'));
const guests = inviteGuests();
for (const contestant of [...contestants, ...guests]) await check(contestant);
const racers = await Promise.all(contestants.map(racerOf));
const results = await race([...racers, ...guests]);
for (const guest of guests) guest.end();
rmSync(folder, { recursive: true, force: true });
process.stdout.write(`${JSON.stringify(results)}\n`);

/** They read the same secrets and calls, in the same order, from a file. */
function inviteGuests(): Guest[] {
  const { base32, secretOf, codes, secondsOf } = workload;
  const file = join(folder, 'workload.txt');
  const lines = [`${base32.length} ${callCount}`, ...base32];
  for (let at = 0; at < callCount; at++) lines.push(`${secretOf[at]} ${codes[at]} ${secondsOf[at]}`);
  writeFileSync(file, `${lines.join('\n')}\n`);
  const programs = JSON.parse(guestPrograms ?? '[]') as GuestProgram[];
  return programs.map((program) => new Guest(program, section as Section, file));
}

async function racerOf(contestant: Contestant): Promise<Racer> {
  const isAsync = contestant.call(0) instanceof Promise;
  return { name: contestant.name, slice: (from, size) => slice(contestant, isAsync, from, size) };
}

/** Nobody is measured who does not answer rightly: three codes of node:crypto, and as many wrong ones. */
async function check(contestant: Pick<Contestant, 'name' | 'probe'>): Promise<void> {
  const { name } = contestant;
  const probe: Contestant['probe'] = (...call) => contestant.probe(...call);
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

async function race(all: readonly Racer[]): Promise<Measured[]> {
  const sizes: number[] = [];
  for (const racer of all) sizes.push(await sizeOf(racer));
  const nanoseconds = all.map((): number[] => []);
  for (let round = 0; round < Number(rounds); round++) {
    for (let place = 0; place < all.length; place++) {
      const index = (place + round) % all.length;
      const took = await all[index]!.slice(round * 977, sizes[index]!);
      nanoseconds[index]!.push(Math.round((took * 1e6) / sizes[index]!));
    }
  }
  return all.map((racer, index) => ({
    name: racer.name,
    isForeign: racer instanceof Guest,
    nanoseconds: nanoseconds[index]!,
  }));
}

/** How many calls fill a slice, found after the compiler had time to do its work. */
async function sizeOf(racer: Racer): Promise<number> {
  let size = 16;
  let took = 0;
  const started = realNow();
  while (realNow() - started < 500 || took < Number(milliseconds) / 2) {
    took = await racer.slice(1, size);
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
