import { setTimeout as pause } from 'node:timers/promises';
import type { AccountId, AccountStore } from '@tidelock/engine';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { commitUnderLoad, type LoadReport } from '../test-programs/commit-under-load.ts';
import { startRedisCluster, type RedisCluster } from '../test-programs/redis-cluster.ts';
import { hasRedis, type RedisServer } from '../test-programs/redis-server.ts';
import { redisStore, type RedisStoreOptions } from './redis-store.ts';

const ids: readonly AccountId[] = Array.from({ length: 64 }, (_, index) => ({
  tenant: 'acme',
  account: `user-${index}`,
}));

let cluster: RedisCluster;
beforeAll(async () => {
  if (hasRedis()) cluster = await startRedisCluster();
});
afterAll(() => cluster?.dispose());

/** The accounts are made by a patient one. */
async function openWithAccounts(options: RedisStoreOptions): Promise<AccountStore> {
  const patient = redisStore(cluster.url, { ...options, timeoutSeconds: 30 });
  await patient.commit(ids.map((id) => ({ id, expectedVersion: 0, record: 'v1', events: [], messages: [] })));
  await patient.close();
  const store = redisStore(cluster.url, options);
  onTestFinished(() => store.close());
  return store;
}

/** Takes a master away under commits to all accounts, lets them go on for a while, and brings it back as a replica. */
async function takeMasterAway(
  store: AccountStore,
  takeAway: (master: RedisServer) => Promise<void>,
): Promise<LoadReport> {
  let isOver = false;
  const running = commitUnderLoad(store, ids, () => isOver);
  await pause(700);
  const [master] = await cluster.masters();
  await takeAway(master!);
  await pause(4_000);
  isOver = true;
  const report = await running;
  master!.thaw();
  await master!.start();
  await cluster.untilSynchronised();
  // In the run's output, since the README quotes it.
  console.log(expect.getState().currentTestName, JSON.stringify(report));
  return report;
}

const storeFaults = (report: LoadReport): string[] => Object.keys(report.faults);

describe.runIf(hasRedis())('a cluster of six whose master is killed under commits', () => {
  test('F1 the store finds the new one by itself; what fails in between is store/unavailable or unknown', async () => {
    const store = await openWithAccounts({ prefix: 'killed' });
    const report = await takeMasterAway(store, (master) => master.stop('SIGKILL'));
    expect(report.acknowledged).toBeGreaterThan(1_000);
    expect(storeFaults(report)).toEqual(['store/unavailable']);
    // What a kill alone has taken along is little, since the system still sends what a dead process has written.
    expect(report.twice).toBe(report.lost);
    const versions = (await store.load(ids)).map((stored) => stored!.version);
    const results = await store.commit(
      ids.map((id, index) => ({
        id,
        expectedVersion: versions[index]!,
        record: 'v',
        events: [],
        messages: [],
      })),
    );
    expect(results.every((result) => result === 'committed')).toBe(true);
  }, 60_000);

  test('without replicas that are waited for, what was answered while the copying was broken is lost', async () => {
    const store = await openWithAccounts({ prefix: 'cut' });
    const report = await takeMasterAway(store, async (master) => {
      await cluster.cutReplicaOf(master);
      await pause(300);
      await master.stop('SIGKILL');
    });
    expect(report.lost).toBeGreaterThan(0);
    expect(storeFaults(report)).toEqual(['store/unavailable']);
  }, 60_000);

  test('B6 A2 with one replica that is waited for, nothing that was answered is lost, and nothing is answered twice', async () => {
    const store = await openWithAccounts({ prefix: 'waited', replicas: 1 });
    const report = await takeMasterAway(store, async (master) => {
      await cluster.cutReplicaOf(master);
      await pause(300);
      await master.stop('SIGKILL');
    });
    expect([report.lost, report.twice]).toEqual([0, 0]);
    expect(report.unknown).toBeGreaterThan(0);
    expect(report.acknowledged).toBeGreaterThan(500);
  }, 60_000);
});

describe.runIf(hasRedis())('a cluster of six whose master hangs', () => {
  test('F1 the others are asked on, and its accounts are back when its replica has taken over', async () => {
    const store = await openWithAccounts({ prefix: 'hung', timeoutSeconds: 1 });
    const report = await takeMasterAway(store, async (master) => {
      master.freeze();
      await pause(4_000);
    });
    expect(storeFaults(report)).toEqual(['store/unavailable']);
    expect(report.longestGapMs).toBeLessThan(10_000);
  }, 60_000);
});
