import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TotpTable } from '@tidelock/otp';
import { stage } from '../packages/otp/scripts/stage.ts';
import type { Measured } from './otp/measure.ts';
import { sections, type Section } from './otp/contestants.ts';
import { findGuests } from './otp/guest-programs.ts';
import { printSection } from './otp/print-table.ts';
import { ensureRuntime, runtimes, type Runtime, type RuntimeName } from './otp/runtimes.ts';

/** Long enough that the caches are ours again, short enough that most fall between the turns of other programs. */
const sliceMilliseconds = 8;
const startRuns = 31;
/** From the import to the first verdict, as the package is published. */
const startMillisecondsMax = 3;
/** What the design promises, as multiples of the fastest peer in JavaScript. createHmac of Node 24.18 to 24.21 is slow: no promise there. */
const onNode: Readonly<Partial<Record<Section, number>>> = {
  verify: 10,
  'verify-prebuilt': 12,
  'look-ahead': 14,
  generate: 6,
  'verify-sha256': 5,
  'verify-sha512': 1,
};
const promised: Readonly<Partial<Record<RuntimeName | 'this', typeof onNode>>> = {
  node22: onNode,
  node26: onNode,
  bun: { verify: 5 },
};
const titles: Readonly<Record<Section, string>> = {
  verify: 'verify a wrong code, window 1, from base32',
  'verify-prebuilt': 'verify a wrong code, window 1, secret prepared',
  'look-ahead': 'look ahead over 100 counters, secret prepared',
  generate: 'generate a code from base32',
  'generate-prebuilt': 'generate a code, secret prepared',
  'verify-sha256': 'verify a wrong code, window 1, from base32, SHA-256',
  'verify-sha512': 'verify a wrong code, window 1, from base32, SHA-512',
};

const allSections = [...sections, 'start'] as const;

export interface OtpBenchOptions {
  readonly names: readonly (RuntimeName | 'this')[];
  readonly only: readonly (typeof allSections)[number][];
  readonly rounds: number;
}

/** Us and the peers, in every section and runtime that is asked for. */
export async function benchOtp({ names, only, rounds }: OtpBenchOptions): Promise<void> {
  const published = mkdtempSync(join(tmpdir(), 'tidelock-published-'));
  await stage(published);
  const guests = JSON.stringify(findGuests(published));
  console.log(
    `${cpus()[0]?.model.trim()}, ${cpus().length} cores; 10 000 secrets in random order, another code and time at each call,`,
  );
  console.log(`${rounds} rounds of ${sliceMilliseconds} ms each, medians with their quarters\n`);
  for (const name of names) {
    const runtime =
      name === 'this' ? { command: process.execPath, flags: ['--no-warnings'] } : ensureRuntime(name);
    const title =
      name === 'this'
        ? `Node.js ${process.versions.node}`
        : `${runtimes[name].package} ${runtimes[name].version}`;
    for (const section of only) {
      if (section === 'start') {
        printStart(title, runtime, published);
        continue;
      }
      console.log(`${title}: ${titles[section]}`);
      const text = run(runtime, 'measure.ts', [section, String(rounds), String(sliceMilliseconds), guests]);
      const { fastestPeer, ratio, quietRatio, foreign } = printSection(JSON.parse(text) as Measured[]);
      const promise = promised[name]?.[section];
      const reach = promise === undefined ? '' : `; promised ${promise} ×`;
      const beside = foreign.length === 0 ? '' : `; other languages: ${foreign.join(', ')}`;
      const quiet = `${quietRatio.toFixed(1)} × in the quietest tenth of the rounds`;
      console.log(`  → ${ratio.toFixed(1)} × ${fastestPeer}, ${quiet}${reach}${beside}\n`);
    }
  }
  printMemory();
  rmSync(published, { recursive: true, force: true });
}

/** What a million prepared secrets take. */
function printMemory(): void {
  const count = 1_000_000;
  const before = process.memoryUsage();
  const table = new TotpTable({ capacity: count });
  const after = process.memoryUsage();
  const bytes = after.arrayBuffers - before.arrayBuffers + Math.max(0, after.heapUsed - before.heapUsed);
  console.log(`a million prepared secrets in a table: ${(bytes / table.capacity).toFixed(1)} bytes each`);
}

/**
 * What a process pays before its first verdict: fresh ones, one after the other, of the package as it is published. In the workspace
 * an entry is many files, and finding them takes longer than all else.
 */
function printStart(title: string, runtime: Runtime, published: string): void {
  console.log(`${title}: first import and first verification in a fresh process`);
  for (const entry of ['index', 'totp-sha1']) {
    const file = join(published, 'dist', `${entry}.js`);
    const runs = Array.from(
      { length: startRuns },
      () => JSON.parse(run(runtime, 'first-verify.ts', [file])) as { imported: number; verified: number },
    );
    const at = (values: readonly number[], place: number) =>
      values.toSorted((one, other) => one - other)[place]!.toFixed(1);
    const middle = startRuns >> 1;
    const sums = runs.map(({ imported, verified }) => imported + verified);
    const imported = at(
      runs.map((each) => each.imported),
      middle,
    );
    const verified = at(
      runs.map((each) => each.verified),
      middle,
    );
    const parts = `import ${imported}, verification ${verified}, both ${at(sums, 0)} at best`;
    console.log(`  ${entry}.js: ${at(sums, middle)} ms (${parts}; medians of ${startRuns})`);
  }
  console.log(`  → promised ${startMillisecondsMax} ms\n`);
}

function run({ command, flags }: Runtime, program: string, args: readonly string[]): string {
  const path = fileURLToPath(new URL(`otp/${program}`, import.meta.url));
  const output = execFileSync(command, [...flags, path, ...args], { encoding: 'utf8', maxBuffer: 1 << 24 });
  return output.trim().split('\n').at(-1)!;
}

/** `--runtime node22,bun`, `--section verify`, `--rounds 50`. */
export function readOtpArguments(args: readonly string[]): OtpBenchOptions {
  const list = (flag: string) => {
    const place = args.indexOf(flag);
    return place === -1 ? null : (args[place + 1] ?? '').split(',');
  };
  const names = list('--runtime') ?? ['node22', 'node26', 'bun'];
  const only = list('--section') ?? [...allSections];
  const rounds = Number(list('--rounds')?.[0] ?? 60);
  if (names.some((name) => name !== 'this' && !(name in runtimes)))
    throw new RangeError(`--runtime is one or more of this, ${Object.keys(runtimes).join(', ')}.`);
  if (only.some((section) => !(allSections as readonly string[]).includes(section)))
    throw new RangeError(`--section is one or more of ${allSections.join(', ')}.`);
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 1000)
    throw new RangeError('--rounds is from 1 to 1000.');
  return { names: names as OtpBenchOptions['names'], only: only as OtpBenchOptions['only'], rounds };
}
