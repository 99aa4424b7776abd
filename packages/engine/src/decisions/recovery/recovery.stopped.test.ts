import { describe, expect, test } from 'vitest';
import { enrollAccount, openTestTidelock } from '../../testing/enrolled-account.ts';
import { ownEmails, type MailedAccount } from '../../testing/mailed-account.ts';
import {
  administrator,
  beginAndConfirm,
  beginAndWait,
  beginOnly,
  beginOwnRecovery,
  becomeReady,
  day,
  expectWorking,
  linkedNotices,
  openRecoverable,
  tokenOf,
  wrongMailedCode,
} from '../../testing/recovering-account.ts';

describe('interrupted or stopped', () => {
  const stages: readonly (readonly [name: string, reach: (world: MailedAccount) => Promise<unknown>])[] = [
    ['begun', beginOnly],
    ['with one proof', beginAndConfirm],
    [
      'with the other proof',
      async (world) => {
        await beginOnly(world);
        await world.tidelock.passwordChanged('alice');
      },
    ],
    ['waiting', beginAndWait],
    ['ready', becomeReady],
    ['reset by an administrator', (world) => world.tidelock.reset('alice', administrator)],
  ];

  test.each(stages)('S30 C13 %s: every factor works, and the owner cancels it with one', async (_, reach) => {
    const world = await openRecoverable();
    await reach(world);
    const { tidelock, alice, clock } = world;
    expect(await tidelock.verify('alice', { code: alice.code() })).toMatchObject({ outcome: 'accepted' });
    clock.advance(30);
    await expect(tidelock.cancelRecovery('alice', {})).rejects.toMatchObject({
      code: 'engine/proof-required',
    });
    await tidelock.cancelRecovery('alice', { proof: await alice.proof() });
    expect(await tidelock.recovery('alice')).toBeNull();
    clock.advance(2 * day);
    expect(await tidelock.confirmRecovery('alice', { code: wrongMailedCode })).toMatchObject({
      reason: 'expired',
    });
    await expectWorking(world);
  });

  test.each(stages)(
    'S30 %s: a sign-in with the device that was found cancels it, and the owner hears of it',
    async (name, reach) => {
      const world = await openRecoverable();
      await reach(world);
      await world.mails();
      const { tidelock, alice } = world;
      // A backup code is what is left to somebody whose phone is gone: it cancels nothing.
      await tidelock.verify('alice', { code: alice.backupCodes[0], ticket: await alice.ticket() });
      expect(await tidelock.recovery('alice')).not.toBeNull();
      await alice.proof('login');
      expect(await tidelock.recovery('alice')).toBeNull();
      const kind = name.startsWith('reset') ? 'reset-cancelled' : 'recovery-cancelled';
      expect((await tidelock.events('alice', { limit: 1 })).items).toMatchObject([
        { kind, method: 'sign-in' },
      ]);
      expect((await world.mails()).filter(({ notice }) => notice.kind === kind)).toHaveLength(2);
    },
  );

  test.each(stages)(
    'S30 C20 C22 %s: the link freezes it, and what somebody else opened is dead',
    async (_, reach) => {
      const world = await openRecoverable({ policy: { trustedBrowserDays: 7 } });
      const { tidelock, alice, clock } = world;
      const ticket = await alice.ticket();
      const trusting = await tidelock.verify('alice', {
        code: alice.code(),
        ticket: await alice.ticket(),
        trustBrowser: true,
      });
      clock.advance(30);
      const trustToken = trusting.outcome === 'accepted' ? trusting.trustToken! : '';
      await reach(world);
      const proof = await alice.proof();
      await tidelock.totp.enroll('alice', { proof: await alice.proof() });
      const token = tokenOf(await world.mails());
      await tidelock.freezeRecovery('alice', { token });
      expect(await tidelock.recovery('alice')).toMatchObject({ state: 'frozen', begunAt: clock.now() });
      expect(await tidelock.account('alice')).toMatchObject({
        status: 'active',
        sessionsEndedAt: clock.now(),
        factors: [{ id: alice.factorId }],
      });
      expect(await tidelock.verify('alice', { code: alice.code(), ticket })).toMatchObject({
        reason: 'expired',
      });
      await expect(tidelock.revokeFactor('alice', alice.factorId, { proof })).rejects.toMatchObject({
        code: 'engine/proof-required',
      });
      expect(await tidelock.challenge('alice', { trustToken })).toMatchObject({ required: true });
      expect(await tidelock.trustedBrowsers('alice')).toEqual([]);
      // Used once; and no recovery begins, of whatever kind.
      await expect(tidelock.freezeRecovery('alice', { token })).rejects.toMatchObject({
        code: 'engine/link-refused',
      });
      await expect(tidelock.beginRecovery('alice')).rejects.toMatchObject({ code: 'engine/recovery-frozen' });
      await expect(tidelock.reset('alice', administrator)).rejects.toMatchObject({
        code: 'engine/recovery-frozen',
      });
      clock.advance(30 * day);
      await expect(tidelock.beginRecovery('alice')).rejects.toMatchObject({ code: 'engine/recovery-frozen' });
      await expectWorking(world);
      expect((await tidelock.verify('alice', { code: alice.backupCodes[1] })).outcome).toBe('accepted');
    },
  );

  test('S30 a freeze is lifted by a proof of a factor, or by an administrator with a name and a reason', async () => {
    for (const lift of ['proof', 'administrator'] as const) {
      const world = await openRecoverable();
      const { tidelock, alice, clock } = world;
      await beginOnly(world);
      clock.advance(30);
      await tidelock.freezeRecovery('alice', { proof: await alice.proof() });
      await expect(tidelock.unfreezeRecovery('alice', {})).rejects.toMatchObject({
        code: 'engine/proof-required',
      });
      await expect(
        tidelock.unfreezeRecoveryFor('alice', { ...administrator, actor: 'alice' }),
      ).rejects.toMatchObject({ code: 'engine/actor-is-owner' });
      if (lift === 'proof') await tidelock.unfreezeRecovery('alice', { proof: await alice.proof() });
      else await tidelock.unfreezeRecoveryFor('alice', administrator);
      await expect(tidelock.unfreezeRecovery('alice', {})).rejects.toMatchObject({
        code: 'engine/recovery-not-frozen',
      });
      clock.advance(60);
      await expect(tidelock.beginRecovery('alice')).resolves.toMatchObject({ state: 'confirming' });
      const { items } = await tidelock.events('alice', { limit: 20 });
      expect(items.find(({ kind }) => kind === 'recovery-unfrozen')).toMatchObject(
        lift === 'proof' ? {} : { actor: 'carol', note: administrator.reason },
      );
    }
  });

  test('S30 the code that was mailed last cancels it, too, and counts as every guess does', async () => {
    for (const reach of [beginOnly, becomeReady]) {
      const world = await openRecoverable();
      await reach(world);
      expect(await world.tidelock.cancelRecoveryByCode('alice', { code: wrongMailedCode })).toMatchObject({
        reason: 'wrong',
        attemptsLeft: 4,
      });
      expect(await world.tidelock.cancelRecoveryByCode('alice', { code: await world.mailedCode() })).toEqual({
        outcome: 'accepted',
      });
      expect(await world.tidelock.recovery('alice')).toBeNull();
      expect(await world.tidelock.cancelRecoveryByCode('alice', { code: wrongMailedCode })).toMatchObject({
        reason: 'expired',
      });
    }
  });

  test('C24 a link is of one recovery: of another, late or made up, it is refused; every message of one has a link that works', async () => {
    const world = await openRecoverable();
    const { tidelock, alice, clock } = world;
    const refused = { code: 'engine/link-refused' };
    await tidelock.beginRecovery('alice');
    const begun = await world.mails();
    const first = tokenOf(begun);
    expect(first).toMatch(/^nme_[\w-]{22}$/);
    await tidelock.confirmRecovery('alice', { code: begun.find((mail) => mail.code !== undefined)!.code });
    const second = tokenOf(await world.mails());
    for (const token of ['', 'nme_x', `${second}=`]) {
      await expect(tidelock.freezeRecovery('alice', { token })).rejects.toMatchObject(refused);
      await expect(tidelock.cancelRecovery('alice', { token })).rejects.toMatchObject(refused);
    }
    // Rule 9: of an account that nobody knows it is refused alike. C7: of somebody else, too.
    await expect(tidelock.freezeRecovery('nobody', { token: second })).rejects.toMatchObject(refused);
    // Whoever does as an older message says stops it, too.
    await tidelock.cancelRecovery('alice', { token: first });
    await expect(tidelock.cancelRecovery('alice', { token: second })).rejects.toMatchObject(refused);
    clock.advance(60);
    await tidelock.beginRecovery('alice');
    await expect(tidelock.freezeRecovery('alice', { token: second })).rejects.toMatchObject(refused);
    const third = tokenOf(await world.mails());
    clock.advance(3 * day);
    await expect(tidelock.freezeRecovery('alice', { token: third })).rejects.toMatchObject(refused);
    expect(await tidelock.account('alice')).toMatchObject({ status: 'active', sessionsEndedAt: null });
    // A token is no proof, and no code.
    await expect(tidelock.revokeFactor('alice', alice.factorId, { proof: third })).rejects.toMatchObject({
      code: 'engine/proof-required',
    });
  });

  test('C24 of 20 clicks at once one freezes', async () => {
    const world = await openRecoverable();
    await beginAndWait(world);
    const token = tokenOf(await world.mails());
    const clicks = await Promise.allSettled(
      Array.from({ length: 20 }, () => world.tidelock.freezeRecovery('alice', { token })),
    );
    expect(clicks.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('C22 somebody who enrolled on the account of another is evicted by its owner', async () => {
    const world = openTestTidelock({ notices: linkedNotices });
    await world.tidelock.setContacts('alice', { emails: ownEmails });
    const thief = await enrollAccount(world);
    const mailed = { ...world, alice: thief } as MailedAccount;
    const proof = await thief.proof();
    const ticket = await thief.ticket('manage');
    const code = await beginOwnRecovery(mailed);
    // The owner's new password takes the thief's tickets and proofs along.
    await world.tidelock.passwordChanged('alice');
    await expect(world.tidelock.cancelRecovery('alice', { proof })).rejects.toMatchObject({
      code: 'engine/proof-required',
    });
    expect(await world.tidelock.verify('alice', { code: thief.code(), ticket })).toMatchObject({
      reason: 'expired',
    });
    await world.tidelock.confirmRecovery('alice', { code });
    world.clock.advance(day);
    await world.tidelock.confirmRecovery('alice', { code: await beginOwnRecovery(mailed) });
    expect(await world.tidelock.account('alice')).toMatchObject({ status: 'none' });
  });
});
