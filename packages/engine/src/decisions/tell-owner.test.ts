import { describe, expect, test } from 'vitest';
import { unknownAccount, type Account } from '../account/account.ts';
import { createCourier } from '../courier.ts';
import { keyRing } from '../platform/key-ring.ts';
import { nodePlatform } from '../platform/node-crypto.ts';
import { defaultPolicy, type Policy } from '../policy.ts';
import type { AccountChange, AccountStore } from '../ports/account-store.ts';
import { enrollAccount, openTestTidelock, testKeys } from '../testing/enrolled-account.ts';
import { memoryStore } from '../testing/memory-store.ts';
import { overrideStore } from '../testing/override-store.ts';
import { recordingChannel } from '../testing/recording-channel.ts';
import { virtualTimer } from '../testing/virtual-timer.ts';
import { createVault, type Vault } from '../vault.ts';
import { decided, type DecisionContext } from './decision.ts';
import { tellOwner } from './tell-owner.ts';

const emails = ['alice@example.com', 'home@example.org'];
const administrator = { actor: 'carol@help.example', reason: 'phone stolen' };
const otherKeys = 'other:ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=';

/** An engine whose notices are delivered to a channel that keeps them. */
function openNoticeWorld(options: { policy?: Partial<Policy>; store?: AccountStore } = {}) {
  const { store = memoryStore(), policy = {} } = options;
  const bench = openTestTidelock({ store, policy, notices: { channel: 'email' } });
  const { clock } = bench;
  const timer = virtualTimer(clock);
  const channel = recordingChannel();
  const courier = createCourier({ store, keys: keyRing(testKeys), channels: [channel], clock, timer });
  courier.start();
  return {
    ...bench,
    /** What came since it was last asked. */
    async deliveries() {
      await timer.pass(2);
      return channel.deliveries.splice(0);
    },
    async received() {
      return (await this.deliveries()).map(({ to, notice }) => ({ to, ...notice }));
    },
    async kinds() {
      return (await this.received()).map(({ kind }) => kind);
    },
  };
}

async function openEnrolled(policy: Partial<Policy> = {}) {
  const world = openNoticeWorld({ policy });
  await world.tidelock.setContacts('alice', { emails: emails.slice(0, 1) });
  const alice = await enrollAccount(world);
  await world.received();
  return { world, alice };
}

describe('LIFE-04 the owner is told', () => {
  test('of a binding, at every address, with the name of the device and the time; the codes that came with it have no mail of their own', async () => {
    const world = openNoticeWorld();
    await world.tidelock.setContacts('alice', { emails });
    await world.received();
    const at = world.clock.now();
    await enrollAccount(world);
    expect(await world.received()).toEqual(
      emails.map((to) => ({ to, kind: 'factor-activated', label: 'Authenticator app', at })),
    );
  });

  test('of a removal, of new backup codes, and of the use of one; LOOK-07 and when few are left', async () => {
    const { world, alice } = await openEnrolled();
    const { tidelock } = world;
    await tidelock.regenerateBackupCodes('alice', { proof: await alice.proof() });
    const { backupCodes } = await tidelock.regenerateBackupCodes('alice', { proof: await alice.proof() });
    expect(await world.kinds()).toEqual(['backup-codes-generated', 'backup-codes-generated']);
    for (const code of backupCodes.slice(0, 7)) await tidelock.verify('alice', { code });
    expect((await world.received()).map(({ kind, codesLeft }) => `${kind} ${codesLeft}`)).toEqual([
      ...[9, 8, 7, 6, 5, 4].map((left) => `backup-code-used ${left}`),
      'backup-codes-low 3',
    ]);
    await tidelock.revokeFactor('alice', alice.factorId, { proof: await alice.proof() });
    expect(await world.received()).toMatchObject([{ kind: 'factor-revoked', label: 'Authenticator app' }]);
  });

  test('F4 LIFE-10 of a reset begun, cancelled and completed, with the actor and the reason', async () => {
    const { world, alice } = await openEnrolled();
    const { tidelock, clock } = world;
    const begun = await tidelock.reset('alice', administrator);
    await tidelock.reset('alice', administrator);
    expect(await world.received()).toMatchObject([
      { kind: 'reset-begun', actor: 'carol@help.example', note: 'phone stolen', until: begun.readyAt },
    ]);
    await tidelock.cancelReset('alice', { proof: await alice.proof() });
    await tidelock.reset('alice', administrator);
    clock.advance(86_400);
    await tidelock.completeReset('alice', administrator);
    await tidelock.unlock('alice', administrator);
    const told = await world.received();
    expect(told.map(({ kind }) => kind)).toEqual([
      'reset-cancelled',
      'reset-begun',
      'reset-completed',
      'unlocked',
    ]);
    for (const { actor, note } of told.slice(1)) expect([actor, note]).toEqual(Object.values(administrator));
  });

  test('OOB-07 of a change of contacts, at the old and the new addresses, each once', async () => {
    const world = openNoticeWorld();
    await world.tidelock.setContacts('alice', { emails, locale: 'de' });
    expect((await world.received()).map(({ to }) => to)).toEqual(emails);
    await world.tidelock.setContacts('alice', { emails: ['new@example.net', 'Home@example.org'] });
    expect((await world.received()).map(({ to }) => to).toSorted()).toEqual([
      'Home@example.org',
      'alice@example.com',
      'new@example.net',
    ]);
    await world.tidelock.unlock('alice', administrator);
    expect((await world.received()).map(({ to }) => to)).toEqual(['new@example.net', 'Home@example.org']);
  });

  test('in the language of the account, or of the service', async () => {
    const world = openNoticeWorld();
    await world.tidelock.setContacts('alice', { emails: ['a@example.com'], locale: 'de' });
    await world.tidelock.setContacts('bob', { emails: ['b@example.com'] });
    await world.kinds();
    await world.tidelock.unlock('alice', administrator);
    await world.tidelock.unlock('bob', administrator);
    const languages = (await world.deliveries()).map(({ to, locale }) => `${to} ${locale}`);
    expect(languages.toSorted()).toEqual(['a@example.com de', 'b@example.com en']);
  });
});

describe('LOG-08 right password, wrong code', () => {
  test('is told of, at most once an hour; a code without a ticket says nothing of a password', async () => {
    const { world, alice } = await openEnrolled({ failuresBeforeLock: 10 });
    const { tidelock, clock } = world;
    await tidelock.verify('alice', { code: alice.wrongCode() });
    await tidelock.verify('alice', { code: 'malformed', ticket: await alice.ticket() });
    expect(await world.kinds()).toEqual([]);
    for (let guess = 0; guess < 3; guess += 1)
      await tidelock.verify('alice', { code: alice.wrongCode(), ticket: await alice.ticket() });
    expect(await world.kinds()).toEqual(['wrong-code']);
    clock.advance(3600);
    await tidelock.verify('alice', { code: alice.wrongCode(), ticket: await alice.ticket() });
    expect(await world.kinds()).toEqual(['wrong-code']);
    // F3: a clock that jumped back does not silence it for years.
    clock.advance(-10 * 365 * 86_400);
    await tidelock.unlock('alice', administrator);
    clock.advance(60);
    await world.kinds();
    await tidelock.verify('alice', { code: alice.wrongCode(), ticket: await alice.ticket() });
    expect(await world.kinds()).toEqual(['wrong-code']);
  });

  test('E1 locks are told of, and whoever locks again and again floods nobody', async () => {
    const { world, alice } = await openEnrolled();
    const { tidelock, clock } = world;
    const started = clock.now();
    const told: string[] = [];
    for (let guess = 0; guess < 200; guess += 1) {
      const ticket = await alice.ticket();
      const verdict = await tidelock.verify('alice', { code: alice.wrongCode(), ticket });
      if (guess === 4) expect(verdict).toMatchObject({ attemptsLeft: 0 });
      told.push(...(await world.kinds()));
      clock.advance(600);
    }
    const hours = (clock.now() - started) / 3600;
    expect(told.filter((kind) => kind === 'locked').length).toBeGreaterThan(hours / 3);
    expect(told.filter((kind) => kind === 'locked').length).toBeLessThanOrEqual(hours + 1);
    expect(told.length).toBeLessThanOrEqual(2 * hours + 2);
  });

  test('the wrong code that locks is one notice, and it says until when', async () => {
    const { world, alice } = await openEnrolled();
    for (let guess = 0; guess < 4; guess += 1)
      await world.tidelock.verify('alice', { code: alice.wrongCode() });
    const ticket = await alice.ticket();
    await world.tidelock.verify('alice', { code: alice.wrongCode(), ticket });
    const until = world.clock.now() + 60;
    expect(await world.received()).toMatchObject([{ kind: 'locked', until }]);
  });
});

/** A store that notes the changes it is given. */
function watchedStore() {
  const changes: AccountChange[] = [];
  const inner = memoryStore();
  const store = overrideStore(inner, {
    commit: (some) => {
      changes.push(...some);
      return inner.commit(some);
    },
  });
  return { store, changes };
}

describe('messages', () => {
  test('are in the commit of what they tell of: where that fails there are none, and a lost race sends none twice', async () => {
    const inner = memoryStore();
    let results: ('conflict' | 'fail')[] = [];
    const store = overrideStore(inner, {
      async commit(changes) {
        const next = results.shift();
        if (next === 'fail') throw new Error('broken');
        return next === 'conflict' ? changes.map(() => 'conflict' as const) : inner.commit(changes);
      },
    });
    const world = openNoticeWorld({ store });
    await world.tidelock.setContacts('alice', { emails: ['a@example.com'] });
    await world.received();
    results = ['fail'];
    await expect(world.tidelock.unlock('alice', administrator)).rejects.toThrow('broken');
    expect(await world.kinds()).toEqual([]);
    results = ['conflict', 'conflict'];
    await world.tidelock.unlock('alice', administrator);
    expect(await world.kinds()).toEqual(['unlocked']);
  });

  test('C15 are sealed: neither recipient, text nor anything else stands in the store', async () => {
    const { store, changes } = watchedStore();
    const world = openNoticeWorld({ store });
    await world.tidelock.setContacts('alice', { emails });
    await enrollAccount(world);
    const messages = changes.flatMap((change) => change.messages);
    expect(messages).toHaveLength(4);
    for (const part of ['example', 'home', 'activated', 'Acme', 'Authenticator'])
      expect(JSON.stringify(messages)).not.toContain(part);
    // C18: a payload opens for its own message alone.
    const vault = createVault(keyRing(testKeys), nodePlatform);
    const [first, second] = messages;
    const sealedFor = { id: first!.accountId, holder: second!.id, purpose: 'message' } as const;
    expect(vault.open(first!.payload, sealedFor)).toEqual({ outcome: 'open-failed' });
  });

  test('have ids of their own for each event and address, from which nobody guesses an address', async () => {
    const ids = new Set<string>();
    for (const account of ['alice', 'bob', 'alice']) {
      const { store, changes } = watchedStore();
      const world = openNoticeWorld({ store });
      await world.tidelock.setContacts(account, { emails });
      await world.tidelock.unlock(account, administrator);
      await world.tidelock.unlock(account, administrator);
      for (const { id } of changes.flatMap(({ messages }) => messages)) {
        expect(id).toMatch(/^msg_[A-Za-z0-9_-]{43}$/);
        ids.add(id);
      }
    }
    // Two worlds with the same account, sequence and address have no id in common.
    expect(ids.size).toBe(18);
  });

  test('are not written where there is no channel, or nobody to tell', async () => {
    const { store, changes } = watchedStore();
    const { tidelock } = openTestTidelock({ store });
    await tidelock.setContacts('alice', { emails });
    await tidelock.unlock('alice', administrator);
    await openNoticeWorld({ store }).tidelock.unlock('bob', administrator);
    expect(changes.flatMap(({ messages }) => messages)).toEqual([]);
  });

  test('that cannot be addressed, for want of a key, keep no decision from being made; the log says why', async () => {
    const store = memoryStore();
    const keys = `${otherKeys},${testKeys}`;
    const first = openTestTidelock({ store, keys, notices: { channel: 'email' } });
    await first.tidelock.setContacts('alice', { emails });
    const world = openNoticeWorld({ store });
    await world.tidelock.unlock('alice', administrator);
    const { items } = await world.tidelock.events('alice', { limit: 2 });
    expect(items).toMatchObject([
      { kind: 'secret-unreadable', method: 'contacts', reason: 'vault/key-missing' },
      { kind: 'unlocked' },
    ]);
  });

  test('a decision with nothing to tell, or nobody to tell it to, is given back as it is: nothing is opened or sealed', () => {
    const untouched = new Proxy({} as Vault, {
      get: () => {
        throw new Error('The vault was asked.');
      },
    });
    const context: DecisionContext = {
      id: { tenant: 'default', account: 'alice' },
      now: 1_767_225_600,
      epoch: 0,
      policy: defaultPolicy,
      issuer: 'Acme',
      vault: untouched,
      notices: null,
      platform: nodePlatform,
    };
    const settings = { channel: 'email', locale: 'en', publicUrl: null };
    const contacts = { id: 'con_x', sealed: '', changesFreeAt: 0 };
    const reachable: Account = { ...unknownAccount, contacts };
    const login = { kind: 'verification-accepted', method: 'totp', purpose: 'login' } as const;
    const quiet = decided(reachable, null, login, { kind: 'challenge-opened' });
    expect(tellOwner(reachable, quiet, context, settings)).toBe(quiet);
    const alone = decided(unknownAccount, null, { kind: 'unlocked' });
    expect(tellOwner(unknownAccount, alone, context, settings)).toBe(alone);
    const loud = decided(reachable, null, { kind: 'unlocked' });
    expect(() => tellOwner(reachable, loud, context, settings)).toThrow('The vault was asked.');
  });
});

test('options of notices are checked', () => {
  for (const notices of [{ channel: '' }, { channel: 'E-Mail' }, { channel: 'email', locale: 'English' }])
    expect(() => openTestTidelock({ notices })).toThrow(RangeError);
});
