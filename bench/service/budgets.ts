import type { Results, Row, Subject } from './results.ts';

/** One promise, and what the run has to say to it. */
export interface Verdict {
  readonly what: string;
  readonly promised: string;
  readonly measured: string;
  /** Null where the run has not measured it. */
  readonly isMet: boolean | null;
}

/** The promises of the design, as ratios of one run wherever they can be. */
const promised = {
  timesPeerOnSqlite: 40,
  timesPeerOnPostgres: 20,
  partOfEcho: 0.25,
  cpuMicros: 100,
  growth: 0.9,
  memoryMegabytes: 200,
  loneTimes: 1.2,
} as const;

/** At this many connections, or at the most that a run had. */
const connectionsOfPromises = 64;

/** Every promise, computed from the figures of one run. */
export function judge(results: Results): readonly Verdict[] {
  const { rows, unbatched, growth, loneRequests } = results;
  const connections = rows.some((row) => row.connections === connectionsOfPromises)
    ? connectionsOfPromises
    : Math.max(0, ...rows.map((row) => row.connections));
  const find = (engine: string, subject: Subject): Row | undefined =>
    rows.find((row) => row.engine === engine && row.subject === subject && row.connections === connections);
  const sqlite = find('SQLite', 'right');
  const postgres = find('PostgreSQL', 'right');
  const atLeast = (what: string, least: number, value: number | null, show: Show): Verdict => ({
    what,
    promised: `≥ ${show(least)}`,
    measured: value === null ? '' : show(value),
    isMet: value === null ? null : value >= least,
  });
  const atMost = (what: string, most: number, value: number | null, show: Show): Verdict => ({
    ...atLeast(what, most, value, show),
    promised: `≤ ${show(most)}`,
    isMet: value === null ? null : value <= most,
  });
  const fastestLoop = Math.max(...unbatched.map((row) => row.perSecond));
  const fastestServed = Math.max(...unbatched.map((row) => row.servedPerSecond));
  const hasUnbatched = unbatched.length > 0;
  const lone = loneRequests.map((each) => each.batched / each.unbatched);
  return [
    atLeast(
      'SQLite, against better-auth',
      promised.timesPeerOnSqlite,
      ratio(sqlite, find('SQLite', 'peer')),
      times,
    ),
    atLeast('SQLite, of a bare echo', promised.partOfEcho, ratio(sqlite, find('SQLite', 'echo')), percent),
    atLeast(
      'PostgreSQL, against better-auth',
      promised.timesPeerOnPostgres,
      ratio(postgres, find('PostgreSQL', 'peer')),
      times,
    ),
    atLeast(
      'PostgreSQL, against one unbatched write a request behind node:http',
      1,
      hasUnbatched && postgres ? postgres.perSecond / fastestServed : null,
      times,
    ),
    atLeast(
      'PostgreSQL, against such writes in a loop, without any service around them',
      1,
      hasUnbatched && postgres ? postgres.perSecond / fastestLoop : null,
      times,
    ),
    atMost('CPU of one verification, SQLite', promised.cpuMicros, sqlite?.cpuMicros ?? null, micros),
    ...growthRatios(growth).map(({ engine, value, sizes }) =>
      atLeast(`growth, ${engine}, ${sizes}`, promised.growth, value, percent),
    ),
    atMost('memory at its peak, SQLite', promised.memoryMegabytes, sqlite?.peakMegabytes ?? null, megabytes),
    ...loneRequests.map(({ engine }, place) =>
      atMost(`a lone request, against none in batches, ${engine}`, promised.loneTimes, lone[place]!, times),
    ),
  ];
}

type Show = (value: number) => string;
const times: Show = (value) => `${value.toFixed(value < 10 ? 2 : 1)} ×`;
const percent: Show = (value) => `${(value * 100).toFixed(0)} %`;
const micros: Show = (value) => `${value.toFixed(0)} µs`;
const megabytes: Show = (value) => `${value.toFixed(0)} MB`;

function ratio(ours: Row | undefined, other: Row | undefined): number | null {
  return ours === undefined || other === undefined ? null : ours.perSecond / other.perSecond;
}

function growthRatios(
  growth: Results['growth'],
): { readonly engine: string; readonly value: number; readonly sizes: string }[] {
  return [...new Set(growth.map(({ engine }) => engine))].map((engine) => {
    const rows = growth.filter((row) => row.engine === engine);
    const [smallest, largest] = [rows[0]!, rows.at(-1)!];
    return {
      engine,
      value: largest.perSecond / smallest.perSecond,
      sizes: `${largest.accounts.toLocaleString('en')} accounts against ${smallest.accounts.toLocaleString('en')}`,
    };
  });
}
