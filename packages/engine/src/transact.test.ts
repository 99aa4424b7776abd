import { describe, expect, test } from 'vitest';
import { jsonRecordCodec } from './account/account-record.ts';
import { createAuditChain } from './audit-chain.ts';
import { decided } from './decisions/decision.ts';
import { nodePlatform } from './platform/node-crypto.ts';
import type { AccountStore, CommitResult } from './ports/account-store.ts';
import { TidelockError } from './tidelock-error.ts';
import { memoryStore } from './testing/memory-store.ts';
import { overrideStore } from './testing/override-store.ts';
import { virtualClock } from './testing/virtual-clock.ts';
import { createTransact, transactLimits, type Transact } from './transact.ts';

interface Counter {
  readonly format: 1;
  readonly value: number;
  readonly eventCount: number;
  readonly eventLink: string;
}

const blank: Counter = { format: 1, value: 0, eventCount: 0, eventLink: '' };
const codec = jsonRecordCodec(blank, { 1: (raw: Counter) => raw });
const idOf = (account: string) => ({ tenant: 'default', account });

function openTransact(store: AccountStore): Transact {
  const auditKey = nodePlatform.importMacKey(new Uint8Array(32).fill(7));
  return createTransact({
    store,
    clock: virtualClock(),
    timer: nodePlatform.timer,
    chain: createAuditChain(nodePlatform, () => auditKey),
  });
}

function add(transact: Transact, account: string, amount = 1): Promise<unknown> {
  return transact.run<Counter, number>({
    id: idOf(account),
    codec,
    decide(record) {
      const value = record.value + amount;
      return decided({ ...record, value }, value, { kind: 'unlocked', note: String(value) });
    },
  });
}

/** A store that counts its calls and can be made to misbehave. */
function watched(inner: AccountStore = memoryStore()) {
  const calls = { loads: 0, commits: 0, sizes: [] as number[] };
  const faults = {
    load: null as Error | null,
    commit: null as ((ids: readonly string[]) => Error | readonly CommitResult[] | null) | null,
  };
  const store = overrideStore(inner, {
    load: async (ids) => {
      calls.loads += 1;
      if (faults.load !== null) throw faults.load;
      return inner.load(ids);
    },
    commit: async (changes) => {
      calls.commits += 1;
      calls.sizes.push(changes.length);
      const fault = faults.commit?.(changes.map(({ id }) => id.account)) ?? null;
      if (fault instanceof Error) throw fault;
      return fault ?? inner.commit(changes);
    },
  });
  return { store, calls, faults, transact: openTransact(store) };
}

describe('transact', () => {
  test('the requests of a moment share one load and one commit', async () => {
    const { transact, calls } = watched();
    await Promise.all(Array.from({ length: 100 }, (_, index) => add(transact, `user-${index}`)));
    expect(calls).toMatchObject({ loads: 1, commits: 1, sizes: [100] });
  });

  test('decisions on one account are carried out in order, each on what the one before it left', async () => {
    const { transact, store } = watched();
    const outcomes = await Promise.all(Array.from({ length: 300 }, () => add(transact, 'alice')));
    expect(outcomes).toEqual(Array.from({ length: 300 }, (_, index) => index + 1));
    const notes: string[] = [];
    const sequences: number[] = [];
    for await (const event of store.readEvents({ tenant: 'default', account: 'alice', limit: 1000 })) {
      notes.unshift(event.note!);
      sequences.unshift(event.sequence);
    }
    expect(notes).toEqual(outcomes.map(String));
    expect(sequences).toEqual(outcomes);
  });

  test('a decision that throws fails alone', async () => {
    const { transact } = watched();
    const boom = transact.run<Counter, number>({
      id: idOf('alice'),
      codec,
      decide() {
        throw new TidelockError('engine/proof-required');
      },
    });
    const outcomes = await Promise.allSettled([
      add(transact, 'alice'),
      boom,
      add(transact, 'alice'),
      add(transact, 'bob'),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(outcomes[2]).toMatchObject({ value: 2 });
  });

  test('a lost race is decided again on the newer record, so that nothing is lost', async () => {
    const inner = memoryStore();
    const writers = [1, 2, 3, 4].map(() => openTransact(inner));
    await Promise.all(
      writers.flatMap((transact) => Array.from({ length: 25 }, () => add(transact, 'alice'))),
    );
    const [stored] = await inner.load([idOf('alice')]);
    expect(codec.decode(stored!.record).value).toBe(100);
  });

  test('B6 a race that is lost for ever ends in contention, and the count of tries is bounded', async () => {
    const { transact, calls, faults } = watched();
    faults.commit = (ids) => ids.map(() => 'conflict');
    await expect(add(transact, 'alice')).rejects.toMatchObject({ code: 'engine/contention' });
    expect(calls.commits).toBe(transactLimits.triesMax);
  });

  test('B11 a race is lost to a commit that takes its time, and is won once that is durable; others go on meanwhile', async () => {
    const { transact, calls, faults } = watched();
    // As a row that another process has locked while its standby is waited for.
    let isLocked = true;
    setTimeout(() => (isLocked = false), 300);
    faults.commit = (ids) =>
      isLocked && ids.includes('alice') ? ids.map((id) => (id === 'alice' ? 'conflict' : 'committed')) : null;
    const slow = Promise.all([add(transact, 'alice'), add(transact, 'alice')]);
    await expect(add(transact, 'bob')).resolves.toBe(1);
    expect(isLocked).toBe(true);
    expect(await slow).toEqual([1, 2]);
    expect(isLocked).toBe(false);
    expect(calls.commits).toBeLessThan(transactLimits.triesMax + 2);
  });

  test('closing waits for whoever waits before the next try', async () => {
    const { transact, faults } = watched();
    let left = 4;
    faults.commit = (ids) => (left-- > 0 ? ids.map(() => 'conflict') : null);
    const request = add(transact, 'alice');
    await new Promise((resolve) => setImmediate(resolve));
    await transact.close();
    await expect(request).resolves.toBe(1);
  });

  test('an unknown commit is never tried again: the code may be spent', async () => {
    const { transact, calls, faults } = watched();
    faults.commit = (ids) => ids.map(() => 'unknown');
    await expect(add(transact, 'alice')).rejects.toMatchObject({ code: 'store/outcome-unknown' });
    expect(calls.commits).toBe(1);
  });

  test('a batch that fails is split until the bad record stands alone', async () => {
    const { transact, faults } = watched();
    faults.commit = (ids) => (ids.includes('user-37') ? new Error('this one is bad') : null);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 64 }, (_, index) => add(transact, `user-${index}`)),
    );
    expect(outcomes.flatMap(({ status }, index) => (status === 'rejected' ? [index] : []))).toEqual([37]);
  });

  test('a store that is down is asked once, and refuses everybody', async () => {
    const { transact, calls, faults } = watched();
    faults.load = new TidelockError('store/unavailable');
    const outcomes = await Promise.allSettled([
      add(transact, 'alice'),
      add(transact, 'bob'),
      add(transact, 'carol'),
    ]);
    expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
    expect(calls).toMatchObject({ loads: 1, commits: 0 });
    faults.load = null;
    await expect(add(transact, 'alice')).resolves.toBe(1);
  });

  test('a store that keeps no promise of its port fails its batch, and the next one is served', async () => {
    const inner = memoryStore();
    const answers: unknown[] = [undefined, [null]];
    const transact = openTransact(
      overrideStore(inner, {
        load: async (ids) => (answers.length > 0 ? answers.shift() : inner.load(ids)) as never,
      }),
    );
    await expect(add(transact, 'alice')).rejects.toMatchObject({ code: 'store/unavailable' });
    await expect(add(transact, 'alice')).resolves.toBe(1);
    await expect(add(transact, 'bob')).resolves.toBe(1);
    await transact.close();
  });

  test('a record that does not decode fails its own account alone', async () => {
    const { transact, store } = watched();
    await store.commit([
      { id: idOf('mallory'), expectedVersion: 0, record: '{"format":99}', events: [], messages: [] },
    ]);
    const outcomes = await Promise.allSettled([
      add(transact, 'alice'),
      add(transact, 'mallory'),
      add(transact, 'bob'),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(outcomes[1]).toMatchObject({ reason: { code: 'engine/record-unreadable' } });
  });

  test('no outcome is known before its commit is durable', async () => {
    const order: string[] = [];
    const inner = memoryStore();
    const store = overrideStore(inner, {
      commit: async (changes) => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        const results = await inner.commit(changes);
        order.push('durable');
        return results;
      },
    });
    await add(openTransact(store), 'alice').then(() => order.push('answered'));
    expect(order).toEqual(['durable', 'answered']);
  });

  test('a full queue refuses at once, and closing waits for what came before', async () => {
    const { transact } = watched();
    const { queueMax, queueMaxOfAccount } = transactLimits;
    const accounts = queueMax / queueMaxOfAccount;
    const waiting = Array.from({ length: queueMax }, (_, index) => add(transact, `user-${index % accounts}`));
    await expect(add(transact, 'bob')).rejects.toMatchObject({
      code: 'engine/overloaded',
      retryAfterSeconds: 1,
    });
    await transact.close();
    await expect(add(transact, 'bob')).rejects.toMatchObject({ code: 'engine/closed' });
    expect(new Set(await Promise.all(waiting)).size).toBe(queueMaxOfAccount);
  });

  test('B11 whoever floods one account waits in its line: the others of the moment go with the next batch', async () => {
    const { transact, calls } = watched();
    const order: string[] = [];
    const note = (who: string) => () => order.push(who);
    const flood = Array.from({ length: transactLimits.queueMaxOfAccount }, () =>
      add(transact, 'mallory').then(note('mallory')),
    );
    const tooMany = expect(add(transact, 'mallory')).rejects.toMatchObject({ code: 'engine/overloaded' });
    const others = Array.from({ length: 20 }, (_, index) =>
      add(transact, `user-${index}`).then(note('other')),
    );
    await Promise.all([tooMany, ...others, ...flood]);
    expect(calls.sizes[0]).toBe(21);
    expect(order.lastIndexOf('other')).toBeLessThan(transactLimits.batchMaxOfAccount + 20);
  });

  test('while a batch becomes durable the next one is decided, and never on the same account', async () => {
    const inner = memoryStore();
    const durable: (() => void)[] = [];
    const loaded: (readonly string[])[] = [];
    const transact = openTransact(
      overrideStore(inner, {
        load: async (ids) => {
          loaded.push(ids.map(({ account }) => account));
          return inner.load(ids);
        },
        commit: async (changes) => {
          await new Promise<void>((resolve) => durable.push(resolve));
          return inner.commit(changes);
        },
      }),
    );
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    const answers = [add(transact, 'alice')];
    await turn();
    answers.push(add(transact, 'alice'), add(transact, 'bob'));
    await turn();
    // A third batch waits until one of the two is durable.
    answers.push(add(transact, 'carol'));
    await turn();
    expect(loaded).toEqual([['alice'], ['bob']]);
    while (answers.length > 0 && durable.length > 0) {
      durable.shift()!();
      await turn();
      await turn();
    }
    expect(await Promise.all(answers)).toEqual([1, 2, 1, 1]);
    expect(loaded.flat()).toEqual(['alice', 'bob', 'carol', 'alice']);
  });

  test('beside a large batch no tiny one is begun: it waits until as many ask, or until the large one is durable', async () => {
    const inner = memoryStore();
    const durable: (() => void)[] = [];
    const sizes: number[] = [];
    const transact = openTransact(
      overrideStore(inner, {
        commit: async (changes) => {
          sizes.push(changes.length);
          await new Promise<void>((resolve) => durable.push(resolve));
          return inner.commit(changes);
        },
      }),
    );
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    const ask = (prefix: string, count: number) =>
      Array.from({ length: count }, (_, index) => add(transact, `${prefix}-${index}`));
    const answers = ask('first', 10);
    await turn();
    answers.push(...ask('second', 9));
    await turn();
    expect(sizes).toEqual([10]);
    answers.push(...ask('third', 1));
    await turn();
    expect(sizes).toEqual([10, 10]);
    answers.push(...ask('fourth', 3));
    await turn();
    while (durable.length > 0) {
      durable.shift()!();
      await turn();
      await turn();
    }
    expect(sizes).toEqual([10, 10, 3]);
    expect(await Promise.all(answers)).toEqual(Array.from({ length: 23 }, () => 1));
  });

  test('whoever waits while the store fails is refused with it, and does not wait for the next failure', async () => {
    const inner = memoryStore();
    let fail: ((error: Error) => void) | null = null;
    let loads = 0;
    const transact = openTransact(
      overrideStore(inner, {
        load: () => {
          loads += 1;
          return new Promise((_, reject) => (fail = reject));
        },
      }),
    );
    const first = Array.from({ length: transactLimits.batchesAtOnce }, async (_, index) => {
      for (let turns = 0; turns < index; turns += 1) await new Promise((resolve) => setImmediate(resolve));
      return add(transact, `user-${index}`);
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    const waiting = [add(transact, 'user-0'), add(transact, 'dave')];
    await new Promise((resolve) => setImmediate(resolve));
    fail!(new TidelockError('store/unavailable'));
    for (const request of [first.at(-1)!, ...waiting])
      await expect(request).rejects.toMatchObject({ code: 'store/unavailable' });
    expect(loads).toBe(transactLimits.batchesAtOnce);
  });
});
