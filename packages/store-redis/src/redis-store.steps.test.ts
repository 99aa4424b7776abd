import type { AccountStore } from '@tidelock/engine';
import { changeOf } from '@tidelock/engine/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { hasRedis, startRedis } from '../test-programs/redis-server.ts';
import { partitionOf } from './partition.ts';
import { redisStore, type RedisStoreOptions } from './redis-store.ts';

async function startOwn(options: RedisStoreOptions = {}) {
  const server = await startRedis();
  const store: AccountStore = redisStore(server.url, options);
  onTestFinished(async () => {
    await store.close();
    await server.dispose();
  });
  return { server, store };
}

const peopleOf = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ tenant: 'acme', account: `user-${index}` }));

const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'resolved',
    (error: unknown) => (error as { code?: unknown }).code,
  );

describe.runIf(hasRedis())('one step over several partitions, on a single server', () => {
  test('C17 one partition that is gone refuses a step over several of them, and nothing of it is written', async () => {
    const { server, store } = await startOwn();
    const people = peopleOf(12);
    await store.commit(people.slice(0, 11).map((id) => changeOf(id, 0)));
    expect(new Set(people.map(partitionOf)).size).toBeGreaterThan(3);
    // That of the last one, which no other has: what comes before it would be written by then.
    const last = partitionOf(people[11]!);
    expect(people.slice(0, 11).map(partitionOf)).not.toContain(last);
    await server.command('DEL', `tidelock:{tl:${last.toString(16).padStart(2, '0')}}:accounts`);
    const known = people.slice(0, 11);
    const before = await store.load(known);
    expect(await codeOf(store.load(people))).toBe('store/unavailable');
    const changes = people.map((id, index) => changeOf(id, index === 11 ? 0 : 1));
    expect(await codeOf(store.commit(changes))).toBe('store/unavailable');
    expect(await store.load(known)).toEqual(before);
  });

  test('a step over several partitions answers each account for itself, in the order of the call', async () => {
    const { store } = await startOwn();
    // More than one step takes.
    const people = peopleOf(600);
    const some = people.filter((_, index) => index % 3 === 0);
    await store.commit(some.map((id) => changeOf(id, 0)));
    const results = await store.commit(people.map((id) => changeOf(id, 0)));
    expect(results).toEqual(people.map((_, index) => (index % 3 === 0 ? 'conflict' : 'committed')));
    const loaded = await store.load(people.toReversed());
    expect(loaded.map((stored) => stored!.version)).toEqual(people.map(() => 1));
    const { items } = await store.listAccounts({ tenant: 'acme', limit: 1000 });
    expect(items).toHaveLength(600);
  });

  test('`sharded` keeps each step in one partition, as in a cluster', async () => {
    const { server, store } = await startOwn({ sharded: true });
    const people = peopleOf(40);
    expect(people.map((id) => store.partitionOf(id))).toEqual(people.map(partitionOf));
    expect(await store.commit(people.map((id) => changeOf(id, 0)))).toEqual(people.map(() => 'committed'));
    await server.command('CONFIG', 'RESETSTAT');
    expect((await store.load(people)).map((stored) => stored!.version)).toEqual(people.map(() => 1));
    // A read of one partition is a plain one; of several it would be a script.
    const partitions = new Set(people.map(partitionOf)).size;
    const commands = await server.command('INFO', 'commandstats');
    expect(commands).toContain(`cmdstat_hmget:calls=${partitions},`);
    expect(commands).not.toContain('cmdstat_eval');
  });
});
