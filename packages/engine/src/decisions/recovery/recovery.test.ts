import { describe, expect, test } from 'vitest';
import { enrollAccount, openTestTidelock } from '../../testing/enrolled-account.ts';
import { ownEmails } from '../../testing/mailed-account.ts';
import {
  administrator,
  becomeReady,
  beginOwnRecovery,
  day,
  openRecoverable,
  proveOwnRecovery,
} from '../../testing/recovering-account.ts';

describe('somebody who lost everything', () => {
  test('S30 C1 LIFE-08 gets back by a mailed code, a new password, a waiting time and one more mailed code', async () => {
    const world = await openRecoverable();
    const { tidelock, clock } = world;
    const begun = await tidelock.beginRecovery('alice');
    expect(begun).toMatchObject({
      state: 'confirming',
      begunBy: 'owner',
      readyAt: null,
      proofs: { email: 'needed', password: 'possible', administrator: 'possible', contact: 'unavailable' },
      sentTo: ['a•••@e•••.org', 'a•••@m•••.com'],
      expiresAt: clock.now() + 600,
    });
    const code = await world.mailedCode();
    expect(await tidelock.confirmRecovery('alice', { code })).toMatchObject({
      outcome: 'accepted',
      recovery: { state: 'confirming', proofs: { email: 'done' } },
    });
    await tidelock.passwordChanged('alice');
    const readyAt = clock.now() + day;
    expect(await tidelock.recovery('alice')).toMatchObject({
      state: 'waiting',
      readyAt,
      proofs: { password: 'done' },
    });
    await expect(tidelock.confirmRecovery('alice', { code })).rejects.toMatchObject({
      code: 'engine/recovery-not-ready',
      retryAfterSeconds: day,
    });
    clock.set(readyAt);
    expect(await tidelock.recovery('alice')).toMatchObject({ state: 'ready' });
    await world.mails();
    expect(await tidelock.beginRecovery('alice')).toMatchObject({
      state: 'ready',
      readyAt,
      expiresAt: readyAt + 600,
    });
    const last = await world.mailedCode();
    expect(await tidelock.confirmRecovery('alice', { code: last })).toEqual({
      outcome: 'accepted',
      recovery: null,
    });
    expect(await tidelock.account('alice')).toMatchObject({
      status: 'none',
      factors: [],
      backupCodesLeft: 0,
      sessionsEndedAt: readyAt,
    });
    expect(await tidelock.recovery('alice')).toBeNull();
    const told = (await world.mails()).filter(({ notice }) => notice.kind === 'recovery-completed');
    expect(told.map(({ to }) => to).toSorted()).toEqual([...ownEmails].toSorted());
    const kinds = (await tidelock.events('alice', { limit: 8 })).items.map(({ kind }) => kind);
    expect(kinds).toEqual([
      'recovery-completed',
      'code-sent',
      'recovery-waiting',
      'recovery-proved',
      'password-changed',
      'recovery-proved',
      'code-sent',
      'recovery-begun',
    ]);
    // And sets two-factor authentication up anew.
    await enrollAccount(world);
  });

  test('LIFE-12 F4 an administrator vouches, by name and reason, for one proof and no more', async () => {
    const world = await openRecoverable();
    const { tidelock, clock } = world;
    await beginOwnRecovery(world);
    for (const actor of ['alice', 'Alice'])
      await expect(tidelock.vouchForRecovery('alice', { ...administrator, actor })).rejects.toMatchObject({
        code: 'engine/actor-is-owner',
      });
    expect(await tidelock.vouchForRecovery('alice', administrator)).toMatchObject({
      state: 'confirming',
      proofs: { administrator: 'done', email: 'needed' },
    });
    // Two administrators are not two ways: the mailed code is needed.
    expect(await tidelock.vouchForRecovery('alice', { ...administrator, actor: 'dave' })).toMatchObject({
      state: 'confirming',
    });
    const named = (await world.mails()).filter(
      ({ notice }) => notice.actor === 'carol' && notice.note === administrator.reason,
    );
    expect(named).toHaveLength(2);
    clock.advance(30);
    await tidelock.beginRecovery('alice');
    await proveOwnRecovery(world);
    expect(await tidelock.recovery('alice')).toMatchObject({ state: 'waiting' });
    await expect(tidelock.vouchForRecovery('alice', administrator)).rejects.toMatchObject({
      code: 'engine/recovery-not-ready',
    });
    const { items } = await tidelock.events('alice', { limit: 20 });
    expect(items.find(({ method }) => method === 'administrator')).toMatchObject({
      kind: 'recovery-proved',
      actor: 'carol',
      note: 'showed a passport',
    });
    clock.advance(day);
    await tidelock.completeReset('alice', administrator);
    expect(await tidelock.account('alice')).toMatchObject({ status: 'none' });
  });

  test('S30 a trusted contact vouches, by a code that goes to them and to nobody else', async () => {
    const world = await openRecoverable({ trustedContacts: ['bob@example.net'] });
    const { tidelock, clock } = world;
    const own = await beginOwnRecovery(world);
    clock.advance(30);
    expect(await tidelock.beginRecovery('alice', { to: 'contact' })).toMatchObject({
      sentTo: ['b•••@e•••.net'],
      proofs: { contact: 'possible' },
    });
    const [mail, ...others] = (await world.mails()).filter(({ code }) => code !== undefined);
    expect(others).toEqual([]);
    expect(mail).toMatchObject({
      to: 'bob@example.net',
      notice: { kind: 'contact-code', label: 'a•••@e•••.org' },
    });
    // C10, C24: neither code is the other.
    expect(await tidelock.confirmRecovery('alice', { code: mail!.code })).toMatchObject({ reason: 'wrong' });
    expect(await tidelock.confirmRecovery('alice', { code: own, from: 'contact' })).toMatchObject({
      reason: 'wrong',
    });
    expect(await tidelock.confirmRecovery('alice', { code: mail!.code, from: 'contact' })).toMatchObject({
      recovery: { state: 'confirming', proofs: { contact: 'done' } },
    });
    expect(await tidelock.confirmRecovery('alice', { code: own })).toMatchObject({
      recovery: { state: 'waiting' },
    });
    // Of the rest they are told nothing.
    expect((await world.mails()).map(({ to }) => to)).not.toContain('bob@example.net');
  });

  test('S30 asking again sends the code again, and neither shortens a wait nor begins one anew', async () => {
    const world = await openRecoverable();
    const { tidelock, clock } = world;
    const first = await beginOwnRecovery(world);
    await expect(tidelock.beginRecovery('alice')).rejects.toMatchObject({ code: 'engine/rate-limited' });
    clock.advance(30);
    const { begunAt } = (await tidelock.beginRecovery('alice'))!;
    expect(begunAt).toBe(clock.now() - 30);
    expect(await tidelock.confirmRecovery('alice', { code: first })).toMatchObject({ reason: 'wrong' });
    await proveOwnRecovery(world);
    await tidelock.passwordChanged('alice');
    const { readyAt } = (await tidelock.recovery('alice'))!;
    for (const later of [60, 3600, 7200]) {
      clock.advance(later);
      expect(await tidelock.beginRecovery('alice')).toMatchObject({
        state: 'waiting',
        readyAt,
        sentTo: [],
        expiresAt: null,
      });
      await tidelock.passwordChanged('alice');
    }
    expect((await world.mails()).filter(({ code }) => code !== undefined)).toEqual([]);
  });

  test('F4 a reset spares nobody its waiting time because a recovery has waited already, and tells the owner', async () => {
    const world = await openRecoverable();
    const { tidelock, clock } = world;
    await becomeReady(world);
    await world.mails();
    const { readyAt } = await tidelock.reset('alice', administrator);
    expect(readyAt).toBe(clock.now() + day);
    expect((await world.mails()).map(({ notice }) => notice.kind)).toContain('reset-begun');
    await expect(tidelock.completeReset('alice', administrator)).rejects.toMatchObject({
      code: 'engine/recovery-not-ready',
    });
    clock.advance(day);
    await expect(
      tidelock.completeReset('alice', { actor: 'Alice', reason: 'it is me' }),
    ).rejects.toMatchObject({ code: 'engine/actor-is-owner' });
    await tidelock.completeReset('alice', administrator);
    expect((await tidelock.account('alice')).status).toBe('none');
  });

  test('S30 nobody who is not enrolled, or cannot be mailed to, begins one', async () => {
    const world = await openRecoverable();
    await expect(world.tidelock.beginRecovery('nobody')).rejects.toMatchObject({
      code: 'engine/no-active-factor',
    });
    await enrollAccount(world, 'bob');
    await expect(world.tidelock.beginRecovery('bob')).rejects.toMatchObject({
      code: 'engine/recovery-unavailable',
    });
    await expect(world.tidelock.beginRecovery('alice', { to: 'contact' })).rejects.toMatchObject({
      code: 'engine/recovery-unavailable',
    });
    const silent = openTestTidelock();
    await silent.tidelock.setContacts('alice', { emails: ownEmails });
    await enrollAccount(silent);
    await expect(silent.tidelock.beginRecovery('alice')).rejects.toMatchObject({
      code: 'engine/recovery-unavailable',
    });
  });
});
