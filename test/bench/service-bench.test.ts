import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { judge } from '../../bench/service/budgets.ts';
import { Latencies } from '../../bench/service/latencies.ts';
import { load } from '../../bench/service/load.ts';
import { readBenchArguments } from '../../bench/service/options.ts';
import type { Results, Row, Subject } from '../../bench/service/results.ts';
import { steadyLoad } from '../../bench/service/steady-load.ts';
import { isInstalled } from '../components/system-packages.ts';

const program = fileURLToPath(new URL('../../bench/run.js', import.meta.url));

/** Answers `200 {"outcome":"accepted"}`, and every `badEvery`-th time another thing. */
async function startServer(badEvery = Infinity): Promise<string> {
  let count = 0;
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      count += 1;
      const body = count % badEvery === 0 ? '{"outcome":"rejected"}' : '{"outcome":"accepted"}';
      response.writeHead(200, { 'content-length': body.length });
      response.end(body);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => server.close().closeAllConnections());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const common = { headers: {}, connections: 4, seconds: 1, expected: '"outcome":"accepted"' } as const;
const requests = Array.from({ length: 200 }, (_, index) => ({ path: `/${index}`, body: '{}' }));

describe.runIf(isInstalled('wrk'))('with wrk', () => {
  test('the service is measured on SQLite beside the echo, every answer looked into', async () => {
    const args = ['--engine', 'sqlite', '--seconds', '1', '--connections', '8', '--peer', 'none'];
    const run = promisify(execFile)(process.execPath, [program, ...args, '--part', 'verify']);
    const { stdout } = await run;
    expect(stdout).toMatch(/\| Tidelock, right codes +\| +8 \| +[\d,]+ \|/);
    expect(stdout).toMatch(/\| SQLite, of a bare echo +\| +≥ 25 % \| +\d+ % \| (met|\*\*missed\*\*)/);
    expect(stdout).not.toContain('Written');
  }, 120_000);

  test('one answer of another kind ends a load', async () => {
    const url = await startServer(50);
    await expect(load({ ...common, url, requests, onLast: 'end' })).rejects.toThrow(
      /others.*200 \{"outcome":"rejected"\}/,
    );
  });

  test('a load that runs out of requests is measured to its last answer, not to the end of its time', async () => {
    const url = await startServer();
    await expect(load({ ...common, url, requests })).rejects.toThrow('did not last');
    const { good, perSecond } = await load({ ...common, url, requests, onLast: 'end' });
    expect(good).toBeGreaterThan(150);
    expect(perSecond).toBeGreaterThan(good);
  });
});

test('a steady load sends what it was told to, and counts an answer of another kind as an error', async () => {
  const latencies = new Latencies();
  let sent = 0;
  const steady = (url: string) =>
    steadyLoad({
      ...common,
      url,
      perSecond: 100,
      next: () => ({ path: `/${(sent += 1)}`, body: '{}', expected: common.expected }),
      onLatency: (_, milliseconds) => latencies.add(milliseconds),
    });
  expect(await steady(await startServer())).toEqual({ good: 100, missed: 0, errors: 0, firstError: '' });
  expect([sent, latencies.count]).toEqual([100, 100]);
  const { good, errors, firstError } = await steady(await startServer(10));
  expect([good, errors, firstError]).toEqual([90, 10, '{"outcome":"rejected"}']);
});

test('a request that waits for a free connection waits on the account of the service', async () => {
  const latencies = new Latencies();
  const server = createServer((request, response) => {
    request.resume();
    setTimeout(() => response.writeHead(200, { 'content-length': 2 }).end('ok'), 100);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => server.close().closeAllConnections());
  await steadyLoad({
    headers: {},
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: 1,
    perSecond: 20,
    seconds: 1,
    next: () => ({ path: '/', body: '{}', expected: 'ok' }),
    onLatency: (_, milliseconds) => latencies.add(milliseconds),
  });
  // Ten a second are answered, twenty were to be sent: the last one waits for a second.
  expect(latencies.quantile(1)).toBeGreaterThan(700);
});

test('quantiles are right to two per cent', () => {
  const latencies = new Latencies();
  for (let value = 1; value <= 1_000; value += 1) latencies.add(value);
  expect(Math.abs(latencies.quantile(0.5) / 500 - 1)).toBeLessThan(0.02);
  expect(Math.abs(latencies.quantile(0.99) / 990 - 1)).toBeLessThan(0.02);
});

test('promises are met or missed by the figures of the run, and what was not measured is neither', () => {
  const row = (subject: Subject, perSecond: number, cpuMicros = 90): Row => ({
    engine: 'SQLite',
    subject,
    connections: 64,
    perSecond,
    cpuMicros,
    good: 1,
    p50Milliseconds: 1,
    p99Milliseconds: 1,
    memoryMegabytes: 100,
    peakMegabytes: 201,
  });
  const results: Results = {
    machine: '',
    date: '',
    seconds: 1,
    versions: {},
    rows: [row('echo', 40_000), row('right', 10_000), row('peer', 251)],
    unbatched: [],
    growth: [],
    hotAccounts: [],
    loneRequests: [{ engine: 'SQLite', batched: 1.3, unbatched: 1 }],
  };
  const verdicts = new Map(judge(results).map(({ what, isMet }) => [what, isMet]));
  expect(Object.fromEntries(verdicts)).toMatchObject({
    'SQLite, against better-auth': false,
    'SQLite, of a bare echo': true,
    'PostgreSQL, against better-auth': null,
    'CPU of one verification, SQLite': true,
    'memory at its peak, SQLite': false,
    'a lone request, against none in batches, SQLite': false,
  });
});

test('a run of a part is not written down unless it is asked for', () => {
  expect(readBenchArguments([]).write).toBe(true);
  expect(readBenchArguments(['--seconds', '1']).write).toBe(false);
  expect(readBenchArguments(['--engine', 'sqlite']).write).toBe(false);
  expect(readBenchArguments(['--engine', 'sqlite', '--write', 'yes']).write).toBe(true);
  expect(() => readBenchArguments(['--engine', 'oracle'])).toThrow('--engine is one or more of');
  expect(() => readBenchArguments(['--fast'])).toThrow('--help');
});
