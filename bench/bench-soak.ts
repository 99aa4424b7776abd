import { setInterval as every } from 'node:timers';
import { ensureCommand } from '../test/components/system-packages.ts';
import { storeEngines } from '../test/service/store-engines.ts';
import { table } from './service/format-results.ts';
import { Latencies } from './service/latencies.ts';
import { load } from './service/load.ts';
import { headersOf, rightRequests } from './service/measure-engine.ts';
import { processCost } from './service/processes.ts';
import { SignIns } from './service/sign-ins.ts';
import { steadyLoad } from './service/steady-load.ts';
import { openStoreHome, type StoreHome } from './service/store-home.ts';
import { describeMachine } from './service/machine.ts';
import { writeSection } from './service/write-document.ts';

export interface SoakOptions {
  readonly engine: string;
  readonly minutes: number;
  /** Requests a second; half of what the service does at most where it is left out. */
  readonly rate: number | null;
  readonly write: boolean;
}

interface Quarter {
  readonly latencies: Latencies;
  readonly megabytes: number[];
}

const connections = 64;
const topSeconds = 5;
const topAccounts = 24_000 * topSeconds;
/** What is flat: the last quarter, against the second. */
const flatWithin = 1.1;
/** A short run shows that nothing fails; its quarters are too short to be compared. */
const minutesOfVerdict = 10;
const engineNames: Readonly<Record<string, string>> = {
  sqlite: 'SQLite',
  postgres: 'PostgreSQL',
  redis: 'Redis',
};

/** Sign-ins at half of the top rate for hours; ends with status 1 where something failed or grew. */
export async function benchSoak({ engine: name, minutes, rate, write }: SoakOptions): Promise<void> {
  const engine = storeEngines.find((each) => each.name.startsWith(engineNames[name]!));
  if (engine?.isHere !== true) process.exit(3);
  // The top rate is found by wrk; a rate that is given needs none.
  if (rate === null && !ensureCommand({ command: 'wrk', debianPackage: 'wrk' })) process.exit(3);
  const perSecond = rate ?? Math.floor((await findTopRate(engine)) / 2);
  const count = SignIns.peopleFor(perSecond);
  console.log(`${perSecond} requests a second for ${minutes} minutes, making ${count} accounts`);
  const people = { prefix: 'soak-', kind: 'enrolled', count } as const;
  const own = await openStoreHome({ engine, people: [people] });
  const quarters = Array.from({ length: 4 }, (): Quarter => ({ latencies: new Latencies(), megabytes: [] }));
  const seconds = minutes * 60;
  const watch = watchMemory(own, quarters, seconds);
  try {
    const signIns = new SignIns(people);
    const result = await steadyLoad({
      url: own.service.url,
      headers: headersOf(own.home),
      connections,
      perSecond,
      seconds,
      next: () => signIns.next(),
      onLatency: (second, milliseconds) => quarterAt(quarters, second / seconds).latencies.add(milliseconds),
    });
    const { good, missed, errors, firstError } = result;
    const { text, isFlat } = summarise(quarters);
    const failed = errors > 0 ? `**${errors} failed**: ${firstError}` : 'no error';
    const head = `${new Date().toISOString().slice(0, 10)}, ${describeMachine()}, ${engine.name}: ${minutes} minutes at ${perSecond} requests a second, a challenge and a verification each in turns; ${good.toLocaleString('en')} answered rightly, ${failed}, ${missed} not sent in time.`;
    const report = `${head}\n\n${text}`;
    console.log(`\n${report}\n`);
    if (write) writeSection('soak', report);
    if (errors > 0 || (minutes >= minutesOfVerdict && !isFlat)) process.exitCode = 1;
  } finally {
    clearInterval(watch);
    await own.stop();
  }
}

async function findTopRate(engine: (typeof storeEngines)[number]): Promise<number> {
  console.log(`${engine.name}: looking for the top rate`);
  const people = { prefix: 'top-', kind: 'enrolled', count: topAccounts } as const;
  const { home, service, stop } = await openStoreHome({ engine, people: [people] });
  try {
    const { perSecond } = await load({
      url: service.url,
      headers: headersOf(home),
      connections,
      seconds: topSeconds,
      requests: rightRequests(people),
      expected: '"outcome":"accepted"',
      onLast: 'end',
    });
    return perSecond;
  } finally {
    await stop();
  }
}

function quarterAt(quarters: readonly Quarter[], part: number): Quarter {
  return quarters[Math.min(3, Math.floor(part * 4))]!;
}

/** Once a second; a line a minute says that all goes on. */
function watchMemory({ service }: StoreHome, quarters: readonly Quarter[], seconds: number): NodeJS.Timeout {
  const start = performance.now();
  let samples = 0;
  return every(() => {
    const part = (performance.now() - start) / 1000 / seconds;
    const quarter = quarterAt(quarters, part);
    const { memoryMegabytes } = processCost(service.pid);
    quarter.megabytes.push(memoryMegabytes);
    samples += 1;
    if (samples % 60 !== 0) return;
    const p99 = quarter.latencies.quantile(0.99).toFixed(1);
    console.log(
      `${(part * 100).toFixed(0).padStart(4)} %  ${memoryMegabytes.toFixed(0)} MB, p99 of this quarter ${p99} ms`,
    );
  }, 1000);
}

function summarise(quarters: readonly Quarter[]): { readonly text: string; readonly isFlat: boolean } {
  const mean = (values: readonly number[]) => values.reduce((sum, each) => sum + each, 0) / values.length;
  const figures = quarters.map(({ latencies, megabytes }) => [
    latencies.quantile(0.5),
    latencies.quantile(0.99),
    mean(megabytes),
  ]);
  const rows = quarters.map(({ latencies }, place) => [
    ['first', 'second', 'third', 'last'][place]!,
    latencies.count.toLocaleString('en'),
    ...figures[place]!.map((value, column) => value.toFixed(column === 2 ? 0 : 2)),
  ]);
  const ratios = figures[3]!.map((value, column) => value / figures[1]![column]!);
  const text = ratios.map((ratio) => `${ratio.toFixed(2)} ×`);
  const isFlat = ratios.every((ratio) => ratio <= flatWithin);
  rows.push(['last against second', '', ...text]);
  const verdict = `Promised: the last quarter within ${Math.round((flatWithin - 1) * 100)} % of the second; ${isFlat ? 'met' : '**missed**'}.`;
  return {
    text: `${table(['quarter', 'answers', 'p50 ms', 'p99 ms', 'MB'], rows)}\n\n${verdict}`,
    isFlat,
  };
}

/** @throws RangeError with what is allowed. */
export function readSoakArguments(args: readonly string[]): SoakOptions {
  const given = new Map<string, string>();
  for (let place = 0; place < args.length; place += 2) {
    if (!['--minutes', '--engine', '--rate', '--write'].includes(args[place]!))
      throw new RangeError(`There is no option ${args[place]}: npm run bench -- --help`);
    given.set(args[place]!, args[place + 1] ?? '');
  }
  const minutes = Number(given.get('--minutes') ?? 120);
  const rate = given.has('--rate') ? Number(given.get('--rate')) : null;
  const engine = given.get('--engine') ?? 'sqlite';
  if (!(minutes > 0 && minutes <= 24 * 60)) throw new RangeError('--minutes is a number, 1440 at most.');
  if (rate !== null && !(Number.isInteger(rate) && rate >= 2 && rate <= 100_000))
    throw new RangeError('--rate is a whole number from 2 to 100000.');
  if (!(engine in engineNames))
    throw new RangeError(`--engine is one of ${Object.keys(engineNames).join(', ')}.`);
  const write = (given.get('--write') ?? (minutes >= 60 ? 'yes' : 'no')) === 'yes';
  return { engine, minutes, rate, write };
}
