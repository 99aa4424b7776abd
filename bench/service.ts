import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { sqliteStore } from '@tidelock/store-sqlite';
import {
  freePort,
  newServiceHome,
  runTidelock,
  startService,
  type ServiceHome,
} from '../test/service/running-service.ts';
import { codeOf, seedAccounts, wrongCodeOf, type SeededAccount } from '../test/service/seeded-accounts.ts';
import { ensureCommand } from '../test/components/system-packages.ts';
import { load, type Figures } from './load.ts';

/** At how many connections, and how many requests a second can be sent at most; each account serves once. */
const rounds = [
  { connections: 1, perSecondMost: 8_000 },
  { connections: 16, perSecondMost: 20_000 },
  { connections: 64, perSecondMost: 24_000 },
] as const;

interface Row extends Figures {
  readonly what: string;
  readonly connections: number;
  readonly cpuMicros: number;
  readonly memoryMegabytes: number;
}

/** Right codes, wrong codes and the floor, at each number of connections, in one run. */
export async function benchService({ seconds }: { readonly seconds: number }): Promise<void> {
  ensureCommand({ command: 'wrk', debianPackage: 'wrk' });
  const home = newServiceHome();
  try {
    console.log(
      `${cpus()[0]?.model.trim()}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB, Node.js ${process.version}, ${seconds} s each\n`,
    );
    const rows = await measure(home, seconds);
    print(rows);
  } finally {
    home.remove();
  }
}

async function measure(home: ServiceHome, seconds: number): Promise<Row[]> {
  const started = await runTidelock(home, ['init']);
  if (started.status !== 0) throw new Error(started.output);
  const store = sqliteStore(home.database);
  const people = await Promise.all(
    rounds.map(({ connections, perSecondMost }) =>
      seedAccounts({ store, keys: home.keys, count: perSecondMost * seconds, prefix: `c${connections}-` }),
    ),
  );
  await store.close();
  const service = await startService(home);
  const echo = await startEcho();
  const rows: Row[] = [];
  try {
    for (const [index, { connections }] of rounds.entries()) {
      const some = people[index]!;
      const common = { apiKey: home.apiKey, connections, seconds, folder: home.folder };
      const measured = async (
        what: string,
        pid: number,
        url: string,
        requests: readonly (readonly [string, string])[],
        expected: string,
      ) => {
        const before = processCost(pid);
        const figures = await load({ ...common, url, requests, expected });
        const after = processCost(pid);
        rows.push({
          what,
          connections,
          ...figures,
          cpuMicros: ((after.cpuSeconds - before.cpuSeconds) / figures.good) * 1e6,
          memoryMegabytes: after.memoryMegabytes,
        });
      };
      await measured(
        'bare node:http echo',
        echo.pid,
        echo.url,
        some.concat(some, some).map(rightRequest),
        '"accepted"',
      );
      await measured('right codes', service.pid, service.url, some.map(rightRequest), '"outcome":"accepted"');
      await measured('wrong codes', service.pid, service.url, some.map(wrongRequest), '"outcome":"rejected"');
    }
  } finally {
    echo.stop();
    await service.stop();
  }
  return rows;
}

function rightRequest(person: SeededAccount): readonly [string, string] {
  return [
    `/v1/accounts/${person.account}/verify`,
    JSON.stringify({ code: codeOf(person), ticket: person.ticket }),
  ];
}

function wrongRequest(person: SeededAccount): readonly [string, string] {
  return [`/v1/accounts/${person.account}/verify`, JSON.stringify({ code: wrongCodeOf(person) })];
}

async function startEcho(): Promise<{ readonly url: string; readonly pid: number; stop(): void }> {
  const port = await freePort();
  const program = fileURLToPath(new URL('echo-server.ts', import.meta.url));
  const child = spawn(process.execPath, [program], {
    env: { ...process.env, PORT: String(port) },
    stdio: 'inherit',
  });
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 200; tries += 1) {
    const up = await fetch(url, { method: 'POST', body: '{}' }).then(
      () => true,
      () => false,
    );
    if (up) return { url, pid: child.pid!, stop: () => void child.kill() };
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('The echo did not start.');
}

/** What Linux says of a process: seconds of CPU over all its threads, and its resident memory. */
function processCost(pid: number): { readonly cpuSeconds: number; readonly memoryMegabytes: number } {
  // Fields 14 and 15 of proc(5) stat, counted behind the name in parentheses; 100 ticks a second on every Linux.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  const memory = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]!;
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / 100,
    memoryMegabytes: Number(memory) / 1024,
  };
}

function print(rows: readonly Row[]): void {
  const header = ['', 'connections', 'a second', 'of echo', 'p50 ms', 'p99 ms', 'CPU µs each', 'MB'];
  const lines = rows.map((row) => {
    const floor = rows.find(
      ({ what, connections }) => what.includes('echo') && connections === row.connections,
    )!;
    return [
      row.what,
      String(row.connections),
      Math.round(row.perSecond).toLocaleString('en'),
      `${Math.round((row.perSecond / floor.perSecond) * 100)} %`,
      row.p50Milliseconds.toFixed(2),
      row.p99Milliseconds.toFixed(2),
      row.cpuMicros.toFixed(0),
      row.memoryMegabytes.toFixed(0),
    ];
  });
  const widths = header.map((title, column) =>
    Math.max(title.length, ...lines.map((line) => line[column]!.length)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  ');
  console.log([header, ...lines].map(line).join('\n'));
}
