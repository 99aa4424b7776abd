/** What a run of the service's benchmark measures. */
export interface BenchOptions {
  readonly engines: readonly EngineName[];
  readonly connections: readonly number[];
  readonly seconds: number;
  readonly peer: 'better-auth' | 'none';
  readonly parts: readonly Part[];
  /** Whether docs/benchmarks.md is written. */
  readonly write: boolean;
}

const parts = ['verify', 'unbatched', 'lone', 'hot', 'growth'] as const;
export type Part = (typeof parts)[number];
const engines = ['sqlite', 'postgres', 'redis'] as const;
export type EngineName = (typeof engines)[number];

/** What `npm run bench` does where nothing is said. */
export const defaultOptions: BenchOptions = Object.freeze({
  engines,
  connections: [1, 16, 64],
  seconds: 3,
  peer: 'better-auth',
  parts,
  write: true,
});

/** @throws RangeError with what is allowed. */
export function readBenchArguments(args: readonly string[]): BenchOptions {
  const given = new Map<string, string>();
  let growthOnly = false;
  for (let place = 0; place < args.length; place += 1) {
    const name = args[place]!;
    if (name === '--growth') growthOnly = true;
    else if (['--engine', '--connections', '--seconds', '--peer', '--part', '--write'].includes(name))
      given.set(name, args[(place += 1)] ?? '');
    else throw new RangeError(`There is no option ${name}: npm run bench -- --help`);
  }
  const list = (name: string): readonly string[] | undefined => given.get(name)?.split(',');
  const chosen = {
    engines: list('--engine') ?? defaultOptions.engines,
    connections: list('--connections')?.map(Number) ?? defaultOptions.connections,
    seconds: Number(given.get('--seconds') ?? defaultOptions.seconds),
    peer: given.get('--peer') ?? defaultOptions.peer,
    parts: growthOnly ? ['growth'] : (list('--part') ?? parts),
  };
  const assert = (holds: boolean, message: string): void => {
    if (!holds) throw new RangeError(message);
  };
  const isWhole = (value: number, max: number) => Number.isInteger(value) && value >= 1 && value <= max;
  assert(isIn(chosen.engines, engines), `--engine is one or more of ${engines.join(',')}.`);
  assert(isIn(chosen.parts, parts), `--part is one or more of ${parts.join(',')}.`);
  assert(isIn([chosen.peer], ['better-auth', 'none']), '--peer is better-auth or none.');
  assert(isWhole(chosen.seconds, 20), '--seconds is a whole number from 1 to 20.');
  assert(
    chosen.connections.every((each) => isWhole(each, 1_000)),
    '--connections is one or more of 1 to 1000.',
  );
  // Figures of a part of it all, or of hasty ones, do not replace those of a whole run unless it is asked for.
  const isWholeRun = [...given.keys()].every((name) => name === '--seconds') && !growthOnly;
  const write = (given.get('--write') ?? (isWholeRun && chosen.seconds >= 3 ? 'yes' : 'no')) === 'yes';
  return { ...chosen, write } as BenchOptions;
}

function isIn(values: readonly string[], allowed: readonly string[]): boolean {
  return values.every((value) => allowed.includes(value));
}
