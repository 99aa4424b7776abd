import { describe, expect, test } from 'vitest';
import { enrollAccount, openTestTidelock, type TestTidelock } from '../testing/enrolled-account.ts';

const administrator = { actor: 'carol@help.example', reason: 'asked for by letter, ticket 4711' };
const notices = { channel: 'email' };

async function eventsOf({ tidelock }: TestTidelock) {
  return (await tidelock.events('alice')).items;
}

async function recordOf({ store }: TestTidelock) {
  const [stored] = await store.load([{ tenant: 'default', account: 'alice' }]);
  return stored!;
}

describe('an erasure', () => {
  test('C11 takes a proof of an enrolled account, spends it, and leaves nothing of the person', async () => {
    const bench = openTestTidelock({ notices });
    const { tidelock } = bench;
    await tidelock.setContacts('alice', { emails: ['alice@canary.example'] });
    const alice = await enrollAccount(bench);
    const required = { code: 'engine/proof-required' };
    await expect(tidelock.erase('alice')).rejects.toMatchObject(required);
    await expect(tidelock.erase('alice', { proof: 'prf_made-up' })).rejects.toMatchObject(required);
    const login = await alice.proof('login');
    await expect(tidelock.erase('alice', { proof: login })).rejects.toMatchObject(required);
    const before = await eventsOf(bench);
    const { version } = await recordOf(bench);
    await tidelock.erase('alice', { proof: await alice.proof() });
    expect(await tidelock.account('alice')).toEqual({
      id: 'alice',
      status: 'none',
      factors: [],
      backupCodesLeft: 0,
      lockedUntil: null,
      sessionsEndedAt: null,
    });
    const after = await recordOf(bench);
    expect(after.version).toBeGreaterThan(version);
    expect(after.record).not.toMatch(/fct_|canary|sealed|hash/);
    const [last, ...tombstones] = await eventsOf(bench);
    expect(last).toMatchObject({ kind: 'account-erased', sequence: tombstones.length + 1 });
    expect(Object.keys(last!).toSorted()).toEqual(
      ['account', 'at', 'bodyHash', 'kind', 'link', 'salt', 'sequence', 'tenant'].toSorted(),
    );
    expect(new Set(tombstones.map(({ kind, salt, at }) => `${kind} ${salt} ${at}`))).toEqual(
      new Set([`erased  ${last!.at}`]),
    );
    // The hashes stay, so that the rest of the chain still verifies.
    const hashes = (events: typeof before) => events.map(({ bodyHash, link }) => [bodyHash, link]);
    expect(hashes(tombstones).slice(-before.length)).toEqual(hashes(before));
  });

  test('C17 an account that was erased is no free pass where the application expects it to be enrolled', async () => {
    const bench = openTestTidelock();
    const alice = await enrollAccount(bench);
    await bench.tidelock.erase('alice', { proof: await alice.proof() });
    await expect(
      bench.tidelock.challenge('alice', { purpose: 'login', expected: 'enrolled' }),
    ).rejects.toMatchObject({ code: 'engine/account-not-enrolled' });
    for (const code of [alice.code(), alice.backupCodes[0]])
      expect(await bench.tidelock.verify('alice', { code })).toMatchObject({ outcome: 'rejected' });
  });

  test('F4 C11 an administrator erases only what has no factor: a reset with its waiting time comes before', async () => {
    const bench = openTestTidelock();
    await enrollAccount(bench);
    const { tidelock, clock } = bench;
    const required = { code: 'engine/proof-required' };
    await expect(tidelock.eraseUnenrolled('alice', administrator)).rejects.toMatchObject(required);
    await tidelock.reset('alice', administrator);
    await expect(tidelock.eraseUnenrolled('alice', administrator)).rejects.toMatchObject(required);
    clock.advance(86_400);
    await tidelock.completeReset('alice', administrator);
    await tidelock.eraseUnenrolled('alice', administrator);
    const [last] = await eventsOf(bench);
    expect(last).toMatchObject({
      kind: 'account-erased',
      actor: administrator.actor,
      note: administrator.reason,
    });
  });

  test('LOG-01 asked for twice it is one erasure, and of an unknown account none: nothing is written', async () => {
    const bench = openTestTidelock();
    const { tidelock } = bench;
    await tidelock.erase('bob');
    expect(await bench.store.load([{ tenant: 'default', account: 'bob' }])).toEqual([null]);
    await tidelock.verify('alice', { code: '000000' });
    await tidelock.erase('alice');
    const once = await recordOf(bench);
    await tidelock.erase('alice');
    await tidelock.eraseUnenrolled('alice', administrator);
    expect(await recordOf(bench)).toEqual(once);
    await tidelock.verify('alice', { code: '000000' });
    await tidelock.erase('alice');
    expect((await eventsOf(bench)).map(({ kind, sequence }) => `${sequence} ${kind}`)).toEqual([
      '4 account-erased',
      '3 erased',
      '2 erased',
      '1 erased',
    ]);
  });

  test('LIFE-04 its owner is told once, by the addresses that are erased with it, and of nothing that waited', async () => {
    const bench = openTestTidelock({ notices });
    const { tidelock, store, clock } = bench;
    await tidelock.setContacts('alice', { emails: ['alice@one.example', 'alice@two.example'] });
    const alice = await enrollAccount(bench);
    const waiting = async () => (await store.listMessages({ limit: 10 })).items;
    const before = new Set((await waiting()).map(({ id }) => id));
    expect(before.size).toBeGreaterThan(2);
    await tidelock.erase('alice', { proof: await alice.proof() });
    const left = await waiting();
    expect(left).toHaveLength(2);
    expect(left.filter(({ id }) => before.has(id))).toEqual([]);
    await tidelock.erase('alice');
    expect(await waiting()).toHaveLength(2);
    clock.advance(10);
    expect(await store.claimMessages(10, 60, clock.now())).toHaveLength(2);
  });

  test('F1 B7 an erasure among verifications of the same moment is never half: what was decided before it has no body', async () => {
    for (const place of [0, 1, 3, 5]) {
      const bench = openTestTidelock();
      const alice = await enrollAccount(bench);
      const proof = await alice.proof();
      const asked: (() => Promise<unknown>)[] = Array.from(
        { length: 5 },
        () => () => bench.tidelock.verify('alice', { code: 'wrong' }),
      );
      asked.splice(place, 0, () => bench.tidelock.erase('alice', { proof }));
      const outcomes = await Promise.allSettled(asked.map((act) => act()));
      expect(outcomes.map(({ status }) => status)).toEqual(asked.map(() => 'fulfilled'));
      const events = await eventsOf(bench);
      const erasure = events.findIndex(({ kind }) => kind === 'account-erased');
      expect(events.slice(erasure + 1).every(({ kind }) => kind === 'erased')).toBe(true);
      expect(events.slice(0, erasure).some(({ kind }) => kind === 'erased')).toBe(false);
      expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => events.length - index));
      expect((await bench.tidelock.account('alice')).factors).toEqual([]);
    }
  });

  test('S23 it renews no period of grace', async () => {
    const bench = openTestTidelock();
    const { tidelock, clock } = bench;
    const wish = { everyone: { level: 'required', graceDays: 2 } } as const;
    await tidelock.setRequirements(wish, { operator: 'ops', reason: 'roll-out' });
    expect(await tidelock.challenge('alice')).toMatchObject({ required: false });
    clock.advance(2 * 24 * 3600);
    await tidelock.erase('alice');
    await expect(tidelock.challenge('alice')).rejects.toMatchObject({ code: 'engine/enrollment-required' });
  });

  test('the account lives on after it: it enrolls anew, and its sequence goes on', async () => {
    const bench = openTestTidelock();
    const first = await enrollAccount(bench);
    await bench.tidelock.erase('alice', { proof: await first.proof() });
    const [erasure] = await eventsOf(bench);
    await enrollAccount(bench);
    const events = await eventsOf(bench);
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => events.length - index));
    expect(events.find(({ sequence }) => sequence === erasure!.sequence)).toEqual(erasure);
    expect((await bench.tidelock.account('alice')).status).toBe('active');
  });
});
