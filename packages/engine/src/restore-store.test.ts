import { Hotp, Totp } from '@tidelock/otp';
import { describe, expect, test } from 'vitest';
import { keyRing } from './platform/key-ring.ts';
import type { AccountStore } from './ports/account-store.ts';
import { restoreStore } from './restore-store.ts';
import { backUp } from './testing/back-up.ts';
import { enrollAccount, openTestTidelock, testKeys, type TestTidelock } from './testing/enrolled-account.ts';
import { readOutbox } from './testing/read-outbox.ts';
import { TidelockError } from './tidelock-error.ts';

const options = {
  policy: { trustedBrowserDays: 30 },
  notices: { channel: 'email', publicUrl: 'https://acme.example' },
} as const;
const keys = keyRing(testKeys);
const administrator = { actor: 'carol', reason: 'test' };

/** Another engine on a store, at the time of the first. */
function openAt(store: AccountStore, { clock }: TestTidelock): TestTidelock {
  const opened = openTestTidelock({ ...options, store });
  opened.clock.set(clock.now());
  return opened;
}

/** Brings a backup back, and says so at the time of the lost store, or at another. */
async function bringBack(
  backup: AccountStore,
  lost: TestTidelock,
  restoredAt?: number,
): Promise<TestTidelock> {
  const { clock } = lost;
  await restoreStore(backup, keys, {
    actor: 'operator',
    clock,
    ...(restoredAt === undefined ? {} : { restoredAt }),
  });
  return openAt(backup, lost);
}

describe('after a backup was brought back', () => {
  test('A1 S08 a code that was accepted after the backup is refused, also to many at once, and a later one is accepted', async () => {
    const lost = openTestTidelock(options);
    const alice = await enrollAccount(lost);
    const backup = await backUp(lost.store);
    const spent = alice.code();
    expect(await lost.tidelock.verify('alice', { code: spent })).toMatchObject({ outcome: 'accepted' });
    const restored = await bringBack(backup, lost);
    const verdicts = await Promise.all(
      [1, 2, 3, 4].map(() => restored.tidelock.verify('alice', { code: spent })),
    );
    expect(verdicts.map(({ outcome }) => outcome)).toEqual(['rejected', 'rejected', 'rejected', 'rejected']);
    const { items } = await restored.tidelock.events('alice');
    expect(items.slice(0, 5).map(({ kind, reason }) => reason ?? kind)).toEqual([
      'replayed',
      'replayed',
      'replayed',
      'replayed',
      'account-restored',
    ]);
    restored.clock.advance(150);
    const later = new Totp(alice.secret).generate({ at: restored.clock.now() });
    expect(await restored.tidelock.verify('alice', { code: later })).toMatchObject({ outcome: 'accepted' });
  });

  test('A1 no code that anything could have accepted before is accepted: of a clock ahead, at the end of the widest window, of a device ahead', async () => {
    for (const window of [0, 1, 10]) {
      const lost = openTestTidelock({ policy: { window, driftStepsMax: 2 } });
      const alice = await enrollAccount(lost);
      const backup = await backUp(lost.store);
      const restored = openTestTidelock({ policy: { window, driftStepsMax: 2 }, store: backup });
      restored.clock.set(lost.clock.now());
      await restoreStore(backup, keys, { actor: 'operator', clock: lost.clock });
      const totp = new Totp(alice.secret);
      // A server half a minute ahead, a device that codes have moved by two steps, the last step of the window.
      const last = lost.clock.now() + 30 + (2 + window) * 30;
      for (let at = lost.clock.now() - window * 30; at <= last; at += 30) {
        restored.clock.set(Math.max(lost.clock.now(), at));
        const verdict = await restored.tidelock.verify('alice', { code: totp.generate({ at }) });
        expect(verdict.outcome, `window ${window}, ${at}`).not.toBe('accepted');
        await restored.tidelock.unlock('alice', administrator);
      }
      restored.clock.set(last + 30);
      const fresh = totp.generate({ at: last + 30 });
      expect(await restored.tidelock.verify('alice', { code: fresh }), `${window}`).toMatchObject({
        outcome: 'accepted',
      });
    }
  });

  test('A2 S41 backup codes, spent or not, are none, and the owner is told and makes new ones', async () => {
    const lost = openTestTidelock(options);
    await lost.tidelock.setContacts('alice', { emails: ['alice@one.example'] });
    const alice = await enrollAccount(lost);
    const backup = await backUp(lost.store);
    const [spent, left] = alice.backupCodes;
    expect(await lost.tidelock.verify('alice', { code: spent })).toMatchObject({ outcome: 'accepted' });
    const restored = await bringBack(backup, lost);
    const { tidelock, clock, store } = restored;
    expect(await tidelock.account('alice')).toMatchObject({ status: 'active', backupCodesLeft: 0 });
    for (const code of [spent, left])
      expect(await tidelock.verify('alice', { code })).toMatchObject({ outcome: 'rejected' });
    const told = await readOutbox(store, { keys: testKeys, now: clock.now() });
    expect(told.map(({ notice }) => notice.kind)).toContain('account-restored');
    clock.advance(300);
    const challenge = await tidelock.challenge('alice', { purpose: 'manage' });
    const code = new Totp(alice.secret).generate({ at: clock.now() });
    const verdict = await tidelock.verify('alice', {
      code,
      ticket: challenge.required ? challenge.ticket : '',
    });
    if (verdict.outcome !== 'accepted') throw new Error('Not accepted.');
    const { backupCodes } = await tidelock.regenerateBackupCodes('alice', { proof: verdict.proof });
    expect(await tidelock.verify('alice', { code: backupCodes[0] })).toMatchObject({ outcome: 'accepted' });
  });

  test('S31 a counter is switched off: no code of it, and no resynchronisation, is accepted again', async () => {
    const lost = openTestTidelock(options);
    const { tidelock } = lost;
    const { factor, secret } = await tidelock.hotp.enroll('alice');
    const token = new Hotp(secret);
    const codes = Array.from({ length: 6 }, (_, counter) => token.generate(counter));
    await tidelock.activate('alice', { factorId: factor.id, code: codes[0] });
    const backup = await backUp(lost.store);
    for (const code of codes.slice(1, 4))
      expect(await tidelock.verify('alice', { code })).toMatchObject({ outcome: 'accepted' });
    const restored = await bringBack(backup, lost);
    for (const code of codes)
      expect((await restored.tidelock.verify('alice', { code })).outcome).not.toBe('accepted');
    await restored.tidelock.unlock('alice', administrator);
    const resync = { factorId: factor.id, codes: [codes[1], codes[2]] };
    expect(await restored.tidelock.resync('alice', resync)).toMatchObject({ outcome: 'rejected' });
    const view = await restored.tidelock.account('alice');
    expect(view).toMatchObject({ status: 'disabled', factors: [{ id: factor.id, status: 'disabled' }] });
    // No free pass.
    expect(await restored.tidelock.challenge('alice')).toMatchObject({ required: true });
  });

  test('A14 C19 C20 tickets, proofs, trusted browsers, enrollments and recoveries from before are dead, for every tenant', async () => {
    for (const tenant of ['default', 'other']) {
      const lost = openTestTidelock(options);
      const bench = { ...lost, tidelock: lost.tidelock.forTenant(tenant) };
      const { tidelock, clock } = bench;
      await tidelock.setContacts('alice', { emails: ['alice@one.example'] });
      const alice = await enrollAccount(bench);
      const login = await tidelock.verify('alice', {
        code: alice.code(),
        ticket: await alice.ticket('login'),
        trustBrowser: true,
      });
      if (login.outcome !== 'accepted') throw new Error('Not accepted.');
      clock.advance(30);
      const manage = await alice.proof();
      const pending = await tidelock.totp.enroll('alice', { proof: await alice.proof() });
      await tidelock.reset('alice', administrator);
      const ticket = await alice.ticket('login');
      const backup = await backUp(lost.store);
      const restored = (await bringBack(backup, lost)).tidelock.forTenant(tenant);
      expect(await restored.isTicketOpen('alice', ticket)).toBe(false);
      expect(await restored.trustedBrowsers('alice')).toEqual([]);
      const challenge = await restored.challenge('alice', { trustToken: login.trustToken! });
      expect(challenge).toMatchObject({ required: true });
      expect(await restored.redeem('alice', { proof: login.proof, purpose: 'login' })).toMatchObject({
        outcome: 'rejected',
      });
      await expect(restored.regenerateBackupCodes('alice', { proof: manage })).rejects.toMatchObject({
        code: 'engine/proof-required',
      });
      const code = new Totp(pending.secret).generate({ at: clock.now() });
      expect(await restored.activate('alice', { factorId: pending.factor.id, code })).toMatchObject({
        outcome: 'rejected',
      });
      await expect(restored.completeReset('alice', administrator)).rejects.toMatchObject({
        code: 'engine/recovery-unknown',
      });
      const { items } = await restored.events('alice');
      const kinds = items.map(({ kind, method }) => `${kind} ${method ?? ''}`);
      expect(kinds).toContain('account-restored ');
      expect(kinds).toContain('reset-cancelled restored');
      expect(kinds.filter((kind) => kind === 'account-restored ')).toHaveLength(1);
      expect((await restored.account('alice')).sessionsEndedAt).toBe(Math.ceil(clock.now()));
    }
  });

  test('C17 rule 3: whoever proved an enrollment after the backup is a fault, and does not look recovered', async () => {
    const lost = openTestTidelock(options);
    const { factor, secret } = await lost.tidelock.totp.enroll('alice');
    const backup = await backUp(lost.store);
    const code = new Totp(secret).generate({ at: lost.clock.now() });
    const activation = await lost.tidelock.activate('alice', { factorId: factor.id, code });
    expect(activation).toMatchObject({ outcome: 'accepted' });
    const { tidelock } = await bringBack(backup, lost);
    await expect(tidelock.challenge('alice', { expected: 'enrolled' })).rejects.toMatchObject({
      code: 'engine/account-not-enrolled',
    });
    // What a gate goes by.
    expect(await tidelock.account('alice')).toMatchObject({ factors: [], sessionsEndedAt: null });
  });

  test('what is enrolled and opened afterwards is of the new epoch, and whoever was not known leaves no record', async () => {
    const lost = openTestTidelock(options);
    await lost.tidelock.ready();
    const restored = await bringBack(await backUp(lost.store), lost);
    expect(await restored.tidelock.challenge('bob')).toEqual({ required: false });
    expect(await restored.store.load([{ tenant: 'default', account: 'bob' }])).toEqual([null]);
    const alice = await enrollAccount(restored);
    const verdict = await restored.tidelock.verify('alice', { code: alice.code() });
    expect(verdict).toMatchObject({ outcome: 'accepted' });
    expect(await restored.tidelock.account('alice')).toMatchObject({ backupCodesLeft: 10 });
    const { items } = await restored.tidelock.events('alice');
    expect(items.map(({ kind }) => kind)).not.toContain('account-restored');
  });

  test('C16 an erasure after it leaves nothing but its place, and the log verifies', async () => {
    const lost = openTestTidelock(options);
    await enrollAccount(lost);
    await lost.tidelock.reset('alice', administrator);
    lost.clock.advance(25 * 3600);
    await lost.tidelock.completeReset('alice', administrator);
    await lost.tidelock.totp.enroll('alice');
    const restored = await bringBack(await backUp(lost.store), lost);
    await restored.tidelock.eraseUnenrolled('alice', administrator);
    const { items } = await restored.tidelock.events('alice');
    // Asked for again, there is nothing left to erase.
    await restored.tidelock.eraseUnenrolled('alice', administrator);
    expect((await restored.tidelock.events('alice')).items).toEqual(items);
    expect(new Set(items.slice(1).map(({ kind }) => kind))).toEqual(new Set(['erased']));
    expect(items[0]).toMatchObject({ kind: 'account-erased' });
  });

  test('E1 the message of an act has another id than that of the same sequence in the lost store', async () => {
    const lost = openTestTidelock(options);
    await lost.tidelock.setContacts('alice', { emails: ['alice@one.example'] });
    await enrollAccount(lost);
    await readOutbox(lost.store, { keys: testKeys, now: lost.clock.now() });
    const backup = await backUp(lost.store);
    const idsOf = async ({ tidelock, store }: TestTidelock): Promise<readonly string[]> => {
      await tidelock.unlock('alice', administrator);
      await tidelock.unlock('alice', administrator);
      return (await store.listMessages({ limit: 100 })).items.map(({ id }) => id);
    };
    const before = await idsOf(lost);
    const after = await idsOf(await bringBack(backup, lost));
    expect([before.length, after.filter((id) => before.includes(id))]).toEqual([2, []]);
    expect(after.length).toBeGreaterThan(1);
  });
});

describe('the epoch of a store', () => {
  test('grows with each restore, also when the backup is of before the last one, and never goes back', async () => {
    const lost = openTestTidelock(options);
    await enrollAccount(lost);
    const backup = await backUp(lost.store);
    const first = await restoreStore(await backUp(backup), keys, { actor: 'operator', clock: lost.clock });
    const again = await restoreStore(backup, keys, { actor: 'operator', clock: lost.clock });
    const twice = await restoreStore(backup, keys, { actor: 'operator', clock: lost.clock });
    expect(first).toEqual({ epoch: Math.floor(lost.clock.now()), restoredAt: lost.clock.now() });
    expect(again.epoch).toBe(first.epoch);
    expect(twice.epoch).toBe(again.epoch + 1);
  });

  test('a process that ran on while a backup was brought back notices within a second, and refuses what is newer than it knows', async () => {
    const running = openTestTidelock(options);
    const alice = await enrollAccount(running);
    const spent = alice.code();
    await running.tidelock.account('alice');
    await restoreStore(running.store, keys, { actor: 'operator', clock: running.clock });
    const other = openAt(running.store, running);
    await other.tidelock.unlock('alice', administrator);
    await other.tidelock.passwordChanged('alice');
    // Within the second: an account that another process has brought up.
    await expect(running.tidelock.verify('alice', { code: spent })).rejects.toMatchObject({
      code: 'store/epoch-unknown',
      retryAfterSeconds: 1,
    });
    expect(await running.tidelock.verify('alice', { code: spent })).toMatchObject({ outcome: 'rejected' });
    const bob = await enrollAccount(running, 'bob');
    await restoreStore(running.store, keys, { actor: 'operator', clock: running.clock });
    const soon = bob.code();
    running.clock.advance(1.1);
    expect(await running.tidelock.verify('bob', { code: soon })).toMatchObject({ outcome: 'rejected' });
  });

  test('a store that goes back under a running process is refused until it was said that it was brought back', async () => {
    const running = openTestTidelock(options);
    await enrollAccount(running);
    const backup = await backUp(running.store);
    await restoreStore(running.store, keys, { actor: 'operator', clock: running.clock });
    let store = running.store;
    const proxy = new Proxy(running.store, {
      get: (_, name) => {
        const member: unknown = Reflect.get(store, name);
        return typeof member === 'function' ? (member as () => unknown).bind(store) : member;
      },
    });
    const { tidelock, clock } = openAt(proxy, running);
    await tidelock.account('alice');
    store = backup;
    clock.advance(2);
    await expect(tidelock.account('alice')).rejects.toMatchObject({ code: 'store/epoch-unknown' });
    await expect(tidelock.account('alice')).rejects.toMatchObject({ code: 'store/epoch-unknown' });
    await restoreStore(backup, keys, { actor: 'operator', clock });
    expect(await tidelock.account('alice')).toMatchObject({ backupCodesLeft: 0 });
  });

  test('C17 other keys, an empty store, an instant to come and one before what the backup has are refused', async () => {
    const bench = openTestTidelock(options);
    await enrollAccount(bench);
    const { clock, store } = bench;
    const stranger = keyRing('other:QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY=');
    const actor = 'operator';
    const refusal = async (work: Promise<unknown>): Promise<unknown> =>
      work.then(
        () => 'done',
        (error: unknown) => (error instanceof TidelockError ? error.code : (error as Error).name),
      );
    expect(await refusal(restoreStore(store, stranger, { actor, clock }))).toBe('keys/not-of-this-store');
    expect(await refusal(restoreStore(openTestTidelock().store, keys, { actor, clock }))).toBe(
      'store/not-initialised',
    );
    for (const restoredAt of [clock.now() + 1, clock.now() - 3600, Number.NaN])
      expect(await refusal(restoreStore(store, keys, { actor, clock, restoredAt }))).toBe('RangeError');
    expect(await bench.tidelock.account('alice')).toMatchObject({ backupCodesLeft: 10 });
  });
});
