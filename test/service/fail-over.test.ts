import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { hasPostgres } from '../../packages/store-postgres/test-programs/postgres-server.ts';
import { startPair } from '../../packages/store-postgres/test-programs/start-pair.ts';
import { startRedisCluster } from '../../packages/store-redis/test-programs/redis-cluster.ts';
import { hasRedis } from '../../packages/store-redis/test-programs/redis-server.ts';
import { assertSpentOnce } from './assert-spent-once.ts';
import {
  endServices,
  newServiceHome,
  runTidelock,
  startService,
  type RunningService,
  type ServiceHome,
} from './running-service.ts';
import { seedAccounts, type SeededAccount } from './seeded-accounts.ts';
import { startVerifying, type Attempt } from './verifying-load.ts';

const processes = 2;
const verifications = 6_000;
const loadOptions = { clients: 12, pauseMs: 20, refusedPauseMs: 250 };
/** Long enough for the tables to be made, and shorter than it takes to lose patience. */
const timeoutSeconds = 3;

/** So many accepted in a row, and no server is missed any more. */
const inRowOfRecovered = 300;

interface Ground {
  readonly home: ServiceHome;
  readonly people: readonly SeededAccount[];
  readonly services: readonly RunningService[];
}

async function startServices(store: string): Promise<Ground> {
  const home = newServiceHome(store);
  onTestFinished(() => home.remove());
  expect(await runTidelock(home, ['init'])).toMatchObject({ status: 0 });
  const opened = await home.openStore();
  const people = await seedAccounts({ store: opened, keys: home.keys, count: verifications });
  await opened.close();
  const services = await Promise.all(Array.from({ length: processes }, () => startService(home)));
  return { home, people, services };
}

interface FailOver {
  readonly attempts: readonly Attempt[];
  readonly killedAt: number;
  readonly overAt: number;
}

/** Both services verify, all the while; `takeAway` ends a server of the store, `takeOver` puts another one in its place. */
async function failOver(
  { home, people, services }: Ground,
  { takeAway, takeOver }: { takeAway: () => Promise<void>; takeOver: () => Promise<void> | void },
): Promise<FailOver> {
  const loads = services.map(({ url }, place) => {
    const some = people.filter((_, index) => index % processes === place);
    return startVerifying(url, home, some, loadOptions);
  });
  await pause(2_000);
  const killedAt = performance.now();
  await takeAway();
  await pause(1_000);
  await takeOver();
  const takenOverAt = performance.now();
  // Nobody starts them again: they find the way by themselves. In a cluster some partitions never went away.
  const isBack = ({ attempts }: (typeof loads)[number]): boolean =>
    attempts.slice(-inRowOfRecovered).every(({ status, sentAt }) => status === 200 && sentAt > takenOverAt);
  await expect.poll(() => loads.every(isBack), { timeout: 20_000 }).toBe(true);
  const overAt = performance.now();
  await pause(1_000);
  await Promise.all(loads.map((load) => load.end()));
  return { attempts: loads.flatMap(({ attempts }) => attempts), killedAt, overAt };
}

async function assertNothingLost(services: readonly RunningService[], run: FailOver): Promise<void> {
  const { attempts, killedAt, overAt } = run;
  expect(attempts.filter(({ status }) => status !== 200 && status !== 503)).toEqual([]);
  const refused = attempts.filter(({ status }) => status === 503);
  expect(refused.length).toBeGreaterThan(0);
  expect(refused.filter(({ retryAfter }) => retryAfter === null)).toEqual([]);
  const endOf = ({ sentAt, durationMs }: Attempt): number => sentAt + durationMs;
  expect(refused.filter((attempt) => endOf(attempt) < killedAt || attempt.sentAt > overAt)).toEqual([]);
  const accepted = attempts.filter(({ status }) => status === 200);
  const before = accepted.filter((attempt) => endOf(attempt) < killedAt);
  const after = accepted.filter(({ sentAt }) => sentAt > killedAt);
  // The last that the old server answered is what could be lost.
  for (const service of services)
    await assertSpentOnce(service, [...before.slice(-100), ...refused.slice(-100), ...after.slice(-100)]);
}

afterAll(endServices);

describe.runIf(hasPostgres())('a PostgreSQL with a synchronous standby', () => {
  test('S08 F1 A2 the primary is killed under load and the standby promoted: services go on by themselves, nothing that was answered is lost, no code passes twice, and what fails is a 503', async () => {
    const { primary, standby } = await startPair();
    const hosts = `127.0.0.1:${primary.port},127.0.0.1:${standby.port}`;
    const ground = await startServices(
      `postgres://tidelock@${hosts}/postgres?timeoutSeconds=${timeoutSeconds}`,
    );
    const run = await failOver(ground, {
      takeAway: () => primary.kill(),
      takeOver: () => standby.promote(),
    });
    await assertNothingLost(ground.services, run);
    for (const service of ground.services) expect(await service.stop()).toBe(0);
  }, 120_000);
});

describe.runIf(hasRedis())('a cluster of six Redis servers of which one replica is waited for', () => {
  test('S08 F1 A2 a master is killed under load: services go on by themselves, nothing that was answered is lost, no code passes twice, and what fails is a 503', async () => {
    const cluster = await startRedisCluster();
    onTestFinished(() => cluster.dispose());
    const ground = await startServices(`${cluster.url}&replicas=1&timeoutSeconds=${timeoutSeconds}`);
    const [master] = await cluster.masters();
    const run = await failOver(ground, {
      takeAway: () => master!.stop('SIGKILL'),
      // The others elect its replica, which has nobody to wait for until the dead one is back.
      async takeOver() {
        await expect.poll(async () => (await cluster.masters()).length, { timeout: 10_000 }).toBe(3);
        await master!.start();
      },
    });
    await assertNothingLost(ground.services, run);
    for (const service of ground.services) expect(await service.stop()).toBe(0);
  }, 120_000);
});
