import { judge } from './budgets.ts';
import type { Results, Row, Subject } from './results.ts';

const names: Readonly<Record<Subject, string>> = {
  echo: 'bare node:http echo',
  right: 'Tidelock, right codes',
  wrong: 'Tidelock, wrong codes',
  peer: 'better-auth, right codes',
  enrollment: 'enrollments begun',
  backupCode: 'backup codes',
  activation: 'enrollments activated, with ten backup codes each',
};

/** All of it as Markdown: the promises first. */
export function formatResults(results: Results): string {
  const { machine, date, versions, seconds, rows } = results;
  const list = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const parts = [
    `${date}, ${machine}; ${list.join(', ')}; ${seconds} seconds each.`,
    table(
      ['promise', 'promised', 'measured', ''],
      judge(results).map(({ what, promised, measured, isMet }) => [
        what,
        promised,
        measured,
        isMet === null ? 'not measured' : isMet ? 'met' : '**missed**',
      ]),
    ),
  ];
  for (const engine of new Set(rows.map((row) => row.engine))) {
    const own = rows.filter((row) => row.engine === engine);
    parts.push(
      `**${engine}**`,
      table(
        rowHeader,
        own.map((row) => cellsOf(row, own)),
      ),
    );
  }
  return [...parts, ...formatOthers(results)].join('\n\n');
}

const rowHeader = [
  '',
  'connections',
  'a second',
  'of the echo',
  'p50 ms',
  'p99 ms',
  'CPU µs each',
  'MB',
  'MB at most',
];

function cellsOf(row: Row, rows: readonly Row[]): string[] {
  const floor = rows.find(
    ({ subject, connections }) => subject === 'echo' && connections === row.connections,
  );
  return [
    names[row.subject],
    String(row.connections),
    whole(row.perSecond),
    floor === undefined
      ? ''
      : `${((row.perSecond / floor.perSecond) * 100).toFixed(row.subject === 'peer' ? 1 : 0)} %`,
    row.p50Milliseconds.toFixed(2),
    row.p99Milliseconds.toFixed(2),
    whole(row.cpuMicros),
    whole(row.memoryMegabytes),
    whole(row.peakMegabytes),
  ];
}

function formatOthers({ unbatched, growth, hotAccounts, loneRequests }: Results): string[] {
  const parts: string[] = [];
  if (growth.length > 0)
    parts.push(
      '**Growth**: right codes of accounts spread over all, 64 connections, both stores measured in turns',
      table(
        ['', 'accounts', 'a second', 'p99 ms', 'seconds to make them'],
        growth.map((row) => [
          row.engine,
          whole(row.accounts),
          whole(row.perSecond),
          row.p99Milliseconds.toFixed(1),
          whole(row.seedSeconds),
        ]),
      ),
    );
  if (hotAccounts.length > 0)
    parts.push(
      '**One account is attacked**: how long the others wait, who come at a fixed rate; from the moment in which each was to be sent',
      table(
        [
          '',
          'others a second',
          'attempts a second',
          'p50 ms before',
          'p50 ms beside it',
          'p99 ms before',
          'p99 ms beside it',
        ],
        hotAccounts.map((row) => [
          row.engine,
          whole(row.othersPerSecond),
          whole(row.attemptsPerSecond),
          row.quietP50.toFixed(2),
          row.attackedP50.toFixed(2),
          row.quietP99.toFixed(2),
          row.attackedP99.toFixed(2),
        ]),
      ),
    );
  if (loneRequests.length > 0)
    parts.push(
      '**A lone request**: its median, with batches and with every request by itself',
      table(
        ['', 'in batches, ms', 'by itself, ms'],
        loneRequests.map((row) => [row.engine, row.batched.toFixed(3), row.unbatched.toFixed(3)]),
      ),
    );
  if (unbatched.length > 0)
    parts.push(
      '**PostgreSQL without batches**: conditional updates, each a statement and a commit of its own',
      table(
        ['connections of pg', 'a second in a loop', 'a second behind node:http, one a request'],
        unbatched.map((row) => [whole(row.connections), whole(row.perSecond), whole(row.servedPerSecond)]),
      ),
    );
  return parts;
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}

/** Figures stand to the right; laid out as prettier does it. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const isText = header.map((_, column) => rows.every((row) => !/^[\d≥≤]/.test(row[column]!)));
  const widths = header.map((title, column) =>
    Math.max(3, title.length, ...rows.map((row) => row[column]!.length)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => (isText[column] ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join(' | ')} |`;
  const rule = widths.map((width, column) =>
    isText[column] ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  return [line(header), `| ${rule.join(' | ')} |`, ...rows.map(line)].join('\n');
}
