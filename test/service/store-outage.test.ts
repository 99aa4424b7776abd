import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startCutProxy, type CutMode, type CutProxy } from '../components/cut-proxy.ts';
import { assertSpentOnce } from './assert-spent-once.ts';
import { onEveryStore } from './on-every-store.ts';
import { runTidelock, startService, type RunningService, type ServiceHome } from './running-service.ts';
import { seedAccounts, type SeededAccount } from './seeded-accounts.ts';
import { serverEngines } from './store-engines.ts';
import { startVerifying, type Attempt } from './verifying-load.ts';

/** The outage that has to be survived is one of 30 seconds; the short one sees the same deadlines pass. */
const isSlow = process.env['TIDELOCK_TEST_SLOW'] === '1';
const cutSeconds = isSlow ? 30 : 3;
const timeoutSeconds = 1;
/** A connection is waited for, then an answer, and a request may come when another one has just begun to wait. */
const deadlineMs = 3 * timeoutSeconds * 1000 + 1000;
const memoryGrowthMaxMb = 60;
const clients = 24;
const peopleOfMode = 2_500 + clients * 4 * cutSeconds;
const modes: readonly CutMode[] = isSlow ? ['drop', 'hang', 'refuse', 'reset'] : ['drop', 'hang', 'reset'];

function memoryMb({ pid }: RunningService): number {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) / 1024;
}

/** The tables are made in the usual time, and the service is to refuse sooner. */
function withTimeout(home: ServiceHome): ServiceHome {
  const url = new URL(home.environment['TIDELOCK_STORE']!);
  url.searchParams.set('timeoutSeconds', String(timeoutSeconds));
  return { ...home, environment: { ...home.environment, TIDELOCK_STORE: url.href } };
}

onEveryStore(
  'a service whose line to the store is cut',
  (ground) => {
    let proxy: CutProxy;
    let home: ServiceHome;
    let service: RunningService;
    const people: SeededAccount[] = [];

    beforeAll(async () => {
      proxy = await startCutProxy({ port: ground.running.port! });
      home = ground.newHome({ port: proxy.port });
      expect(await runTidelock(home, ['init'])).toMatchObject({ status: 0 });
      const store = await home.openStore();
      for (const mode of modes)
        people.push(
          ...(await seedAccounts({ store, keys: home.keys, count: peopleOfMode, prefix: `${mode}-` })),
        );
      await store.close();
      service = await startService(withTimeout(home));
    }, 120_000);
    afterAll(async () => {
      expect(await service.stop()).toBe(0);
      await proxy.close();
    });

    test.each(modes)(
      `F4 rule 3 %s for ${cutSeconds} s: every request is answered in time, 503 or as ever; memory is flat, and all is well again by itself`,
      async (mode) => {
        const some = people.filter(({ account }) => account.startsWith(`${mode}-`));
        const load = startVerifying(service.url, home, some, { clients, pauseMs: 30, refusedPauseMs: 250 });
        await expect.poll(() => load.attempts.length, { timeout: 10_000 }).toBeGreaterThan(4 * clients);
        const memoryBefore = memoryMb(service);
        const cutAt = performance.now();
        await proxy.set(mode);
        const memory: number[] = [];
        for (let seconds = 0; seconds < cutSeconds; seconds += 0.5) {
          await pause(500);
          memory.push(memoryMb(service));
        }
        expect((await service.call('GET', '/livez')).status).toBe(200);
        expect((await service.call('GET', '/readyz')).status).toBe(503);
        await proxy.set('pass');
        const backAt = performance.now();
        await expect.poll(() => load.attempts.at(-1)?.status, { timeout: 5_000 }).toBe(200);
        await pause(1_000);
        await load.end();
        assertAnswered(load.attempts, cutAt, backAt);
        expect(Math.max(...memory) - memoryBefore).toBeLessThan(memoryGrowthMaxMb);
        expect((await service.call('GET', '/readyz')).status).toBe(200);
        await assertSpentOnce(service, load.attempts);
      },
      90_000 + cutSeconds * 2_000,
    );

    test('F1 a service that is told to end while the line hangs gives everybody an answer, and ends in time', async () => {
      const ending = await startService(withTimeout(home));
      const some = await seedMore(home, proxy, 'ending-');
      const load = startVerifying(ending.url, home, some, { clients, pauseMs: 30, refusedPauseMs: 250 });
      await expect.poll(() => load.attempts.length, { timeout: 10_000 }).toBeGreaterThan(clients);
      await proxy.set('hang');
      await pause(300);
      const toldAt = performance.now();
      const status = await ending.stop();
      const durationMs = performance.now() - toldAt;
      await load.end();
      await proxy.set('pass');
      const inFlight = load.attempts.filter(({ sentAt }) => sentAt < toldAt);
      expect(inFlight.filter(({ status: answered }) => answered !== 200 && answered !== 503)).toEqual([]);
      expect([status, durationMs < 16_000]).toEqual([0, true]);
    }, 60_000);
  },
  serverEngines,
);

async function seedMore(home: ServiceHome, proxy: CutProxy, prefix: string): Promise<SeededAccount[]> {
  await proxy.set('pass');
  const store = await home.openStore();
  const seeded = await seedAccounts({ store, keys: home.keys, count: 1_000, prefix });
  await store.close();
  return seeded;
}

function assertAnswered(attempts: readonly Attempt[], cutAt: number, backAt: number): void {
  const refused = attempts.filter(({ status }) => status !== 200);
  expect(refused.filter(({ status }) => status !== 503)).toEqual([]);
  expect(refused.length).toBeGreaterThanOrEqual(clients);
  expect(refused.filter(({ retryAfter, problem }) => retryAfter === null || problem === null)).toEqual([]);
  expect(attempts.filter(({ durationMs }) => durationMs > deadlineMs)).toEqual([]);
  // Nobody is refused who came before the cut, or when it was over for a while.
  const late = attempts.filter(({ sentAt }) => sentAt > backAt + 4_000);
  const early = attempts.filter(({ sentAt, durationMs }) => sentAt + durationMs < cutAt);
  expect([...early, ...late].filter(({ status }) => status !== 200)).toEqual([]);
  expect(early.length).toBeGreaterThan(clients);
}
