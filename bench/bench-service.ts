import { execFileSync } from 'node:child_process';
import { loadavg } from 'node:os';
import { ensureCommand } from '../test/components/system-packages.ts';
import { storeEngines, type StoreEngine } from '../test/service/store-engines.ts';
import { formatResults } from './service/format-results.ts';
import { measureGrowth } from './service/growth.ts';
import { measureHotAccount } from './service/hot-account.ts';
import { measureLoneRequest } from './service/lone-request.ts';
import { describeMachine } from './service/machine.ts';
import { measureEngine } from './service/measure-engine.ts';
import type { BenchOptions, EngineName } from './service/options.ts';
import { ensurePeer } from './service/peer.ts';
import type { Results } from './service/results.ts';
import { measureUnbatched } from './service/unbatched.ts';
import { writeDocument } from './service/write-document.ts';

const nameOf: Readonly<Record<EngineName, string>> = {
  sqlite: 'SQLite',
  postgres: 'PostgreSQL',
  redis: 'Redis',
};
const sizes = [100_000, 1_000_000] as const;
/** Growth is a matter of SQLite's one file first; another engine is asked about by naming it alone. */
const growsByDefault = 'sqlite';
const poolSizes = [16, 64] as const;

/** Everything that was asked for, one after the other; prints it, and writes it down where it was a whole run. */
export async function benchService(options: BenchOptions): Promise<void> {
  if (!ensureCommand({ command: 'wrk', debianPackage: 'wrk' })) process.exit(3);
  const started = Date.now();
  const say = (text: string): void =>
    console.log(`${((Date.now() - started) / 1000).toFixed(0).padStart(4)} s  ${text}`);
  const has = (part: BenchOptions['parts'][number]) => options.parts.includes(part);
  const { seconds, connections } = options;
  const hasPeer = options.peer !== 'none' && has('verify');
  const versions: Record<string, string> = { 'Node.js': process.versions.node };
  if (hasPeer) versions['better-auth'] = ensurePeer();
  const results = {
    machine: `${describeMachine()}, its load before ${loadavg()[0]!.toFixed(1)}`,
    date: new Date().toISOString().slice(0, 10),
    seconds,
    versions,
    rows: [],
    unbatched: [],
    growth: [],
    hotAccounts: [],
    loneRequests: [],
  } as Mutable<Results>;
  let failures = 0;
  /** What fails costs its own figures and no others. */
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      failures += 1;
      console.error(error);
    }
  };
  for (const name of options.engines) {
    const engine = findEngine(name);
    if (engine === null) continue;
    versions[nameOf[name]] = versionOf(name);
    const common = { seconds, say };
    if (has('verify'))
      await attempt(async () => {
        const rows = await measureEngine({ ...common, engine, connections, hasPeer });
        results.rows = [...results.rows, ...rows];
      });
    if (has('unbatched') && name === 'postgres')
      await attempt(async () => {
        results.unbatched = await unbatchedOn(engine, common);
      });
    if (has('lone'))
      await attempt(async () => {
        results.loneRequests = [...results.loneRequests, await measureLoneRequest(engine, common)];
      });
    if (has('hot'))
      await attempt(async () => {
        results.hotAccounts = [...results.hotAccounts, await measureHotAccount(engine, common)];
      });
    if (has('growth') && (name === growsByDefault || options.engines.length === 1))
      await attempt(async () => {
        results.growth = await measureGrowth({ ...common, engine, sizes });
      });
  }
  console.log(`\n${formatResults(results)}\n`);
  if (failures > 0) {
    console.error(`${failures} parts failed: nothing is written down.`);
    process.exitCode = 1;
  } else if (options.write) writeDocument(results);
}

type Mutable<Kind> = { -readonly [Name in keyof Kind]: Kind[Name] };

function findEngine(name: EngineName): StoreEngine | null {
  const engine = storeEngines.find((each) => each.name.startsWith(nameOf[name]));
  if (engine?.isHere === true) return engine;
  console.warn(`${nameOf[name]} cannot be started here: it is left out.`);
  return null;
}

async function unbatchedOn(
  engine: StoreEngine,
  { seconds, say }: { readonly seconds: number; readonly say: (text: string) => void },
): Promise<Results['unbatched']> {
  say(`${engine.name}: writes without batches`);
  const running = await engine.start();
  try {
    return await measureUnbatched(running, { connections: poolSizes, seconds });
  } finally {
    await running.stop();
  }
}

function versionOf(name: EngineName): string {
  if (name === 'sqlite') return process.versions['sqlite'] ?? '';
  const [command, args] = name === 'postgres' ? ['psql', ['--version']] : ['redis-server', ['--version']];
  const text = execFileSync(command as string, args as string[], { encoding: 'utf8' });
  return /(\d+\.\d+(\.\d+)?)/.exec(text)?.[1] ?? '';
}
