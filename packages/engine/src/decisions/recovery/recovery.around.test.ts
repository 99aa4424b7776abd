import { describe, expect, test } from 'vitest';
import { accountCodec } from '../../account/account-record.ts';
import { ownEmails } from '../../testing/mailed-account.ts';
import {
  beginAndConfirm,
  beginOnly,
  beginOwnRecovery,
  becomeReady,
  day,
  expectWorking,
  openRecoverable,
  wrongMailedCode,
} from '../../testing/recovering-account.ts';

describe('ways around', () => {
  test('C1 LIFE-11 a new password alone removes nothing, whenever it was set and however often', async () => {
    const world = await openRecoverable();
    const { tidelock, clock } = world;
    await tidelock.passwordChanged('alice');
    await tidelock.beginRecovery('alice');
    await tidelock.passwordChanged('alice');
    await tidelock.passwordChanged('alice');
    expect(await tidelock.recovery('alice')).toMatchObject({ state: 'confirming', readyAt: null });
    for (let days = 0; days < 4; days += 1) {
      clock.advance(day);
      expect(await tidelock.confirmRecovery('alice', { code: wrongMailedCode })).toMatchObject({
        outcome: 'rejected',
      });
    }
    expect(await tidelock.recovery('alice')).toBeNull();
    await expectWorking(world);
  });

  test('C1 a password that was set before the recovery began is no proof of it', async () => {
    const world = await openRecoverable();
    await world.tidelock.passwordChanged('alice');
    await beginAndConfirm(world);
    expect(await world.tidelock.recovery('alice')).toMatchObject({
      state: 'confirming',
      proofs: { email: 'done', password: 'possible' },
    });
  });

  test('C10 two codes to one mailbox are one proof, and a link of it is none', async () => {
    const world = await openRecoverable({ trustedContacts: ['bob@example.net'] });
    const { tidelock, clock } = world;
    await beginAndConfirm(world);
    clock.advance(30);
    expect(await tidelock.beginRecovery('alice')).toMatchObject({
      state: 'confirming',
      sentTo: [],
      expiresAt: null,
    });
    clock.advance(5 * day);
    await expectWorking(world);
    for (const own of ['alice@example.org', 'ALICE@example.org', 'alice+friend@example.org'])
      await expect(
        tidelock.setContacts('alice', {
          emails: ownEmails,
          trustedContacts: [own],
          proof: await world.alice.proof(),
        }),
      ).rejects.toThrow(RangeError);
  });

  test('C24 codes of one stage, one recovery or one account are none of another', async () => {
    const world = await openRecoverable();
    const { tidelock, clock } = world;
    const stale = await beginOwnRecovery(world);
    clock.advance(30);
    await tidelock.cancelRecovery('alice', { proof: await world.alice.proof() });
    const code = await beginOwnRecovery(world);
    expect(await tidelock.confirmRecovery('alice', { code: stale })).toMatchObject({ reason: 'wrong' });
    expect(await tidelock.confirmRecovery('alice', { code })).toMatchObject({ outcome: 'accepted' });
    expect(await tidelock.confirmRecovery('alice', { code })).toMatchObject({ reason: 'expired' });
    await tidelock.passwordChanged('alice');
    clock.advance(day);
    await tidelock.beginRecovery('alice');
    expect(await tidelock.confirmRecovery('alice', { code })).toMatchObject({ reason: 'wrong' });
    expect(await tidelock.confirmRecovery('bob', { code: await world.mailedCode() })).toMatchObject({
      reason: 'expired',
    });
    await expectWorking(world);
  });

  test('B1 B5 B9 guesses count on the account and lock it, whatever was mailed between; a lock keeps the right code out', async () => {
    const world = await openRecoverable();
    const { tidelock, clock, alice } = world;
    await tidelock.beginRecovery('alice');
    const outcomes: string[] = [];
    for (let turn = 0; turn < 7; turn += 1) {
      outcomes.push((await tidelock.confirmRecovery('alice', { code: wrongMailedCode })).outcome);
      clock.advance(8);
      await tidelock.beginRecovery('alice').catch(() => undefined);
    }
    expect(outcomes).toEqual([
      'rejected',
      'rejected',
      'rejected',
      'rejected',
      'rejected',
      'locked',
      'locked',
    ]);
    const codes = (await world.mails()).flatMap(({ code }) => (code === undefined ? [] : [code]));
    for (const code of codes)
      expect(await tidelock.confirmRecovery('alice', { code })).toMatchObject({ outcome: 'locked' });
    expect(await tidelock.cancelRecoveryByCode('alice', { code: codes[0] })).toMatchObject({
      outcome: 'locked',
    });
    expect(await tidelock.verify('alice', { code: alice.code() })).toMatchObject({ outcome: 'locked' });
    // LOG-08: the owner hears that somebody had the password and a wrong code.
    const kinds = (await tidelock.events('alice', { limit: 30 })).items.map(
      ({ kind, purpose }) => `${kind} ${purpose}`,
    );
    expect(kinds).toContain('verification-rejected recovery');
  });

  test('B4 a right mailed code clears no count of guesses', async () => {
    const world = await openRecoverable();
    const { tidelock } = world;
    const code = await beginOwnRecovery(world);
    expect(await tidelock.confirmRecovery('alice', { code: wrongMailedCode })).toMatchObject({
      attemptsLeft: 4,
    });
    await tidelock.confirmRecovery('alice', { code });
    expect(await tidelock.verify('alice', { code: world.alice.wrongCode() })).toMatchObject({
      attemptsLeft: 3,
    });
  });

  test('B7 of 100 guesses at once five are judged; of 20 last codes at once one carries it out', async () => {
    const world = await openRecoverable();
    await world.tidelock.beginRecovery('alice');
    const guesses = await Promise.all(
      Array.from({ length: 100 }, () => world.tidelock.confirmRecovery('alice', { code: wrongMailedCode })),
    );
    expect(guesses.filter(({ outcome }) => outcome === 'rejected')).toHaveLength(5);
    const ready = await openRecoverable();
    await becomeReady(ready);
    const code = await ready.mailedCode();
    const results = await Promise.all(
      Array.from({ length: 20 }, () => ready.tidelock.confirmRecovery('alice', { code })),
    );
    expect(results.filter(({ outcome }) => outcome === 'accepted')).toHaveLength(1);
    const { items } = await ready.tidelock.events('alice', { limit: 100 });
    expect(items.filter(({ kind }) => kind === 'recovery-completed')).toHaveLength(1);
  });

  test('E1 whoever has the password sends ten codes a day and no more, however often they begin', async () => {
    const world = await openRecoverable();
    const { tidelock, clock, alice } = world;
    let begun = 0;
    for (let turn = 0; turn < 40; turn += 1) {
      clock.advance(900);
      const result = await tidelock.beginRecovery('alice').catch(() => null);
      if (result === null) continue;
      begun += 1;
      await tidelock.cancelRecovery('alice', { proof: await alice.proof() });
    }
    expect(begun).toBe(10);
  });

  test('F3 a clock that jumps neither shortens the wait, nor prolongs it for days, nor ends sessions for a day', async () => {
    const world = await openRecoverable();
    const { tidelock, clock } = world;
    await beginAndConfirm(world);
    await tidelock.passwordChanged('alice');
    clock.advance(-30 * day);
    expect((await tidelock.recovery('alice'))!.readyAt).toBe(clock.now() + day);
    clock.advance(60 * day);
    expect(await tidelock.recovery('alice')).toBeNull();
    await becomeReady(world);
    await tidelock.confirmRecovery('alice', { code: await world.mailedCode() });
    clock.advance(-day);
    expect((await tidelock.account('alice')).sessionsEndedAt).toBeLessThanOrEqual(clock.now());
  });

  test('F4 one that was begun and forgotten lapses at every stage', async () => {
    for (const stage of [() => undefined, beginOnly, beginAndConfirm, becomeReady]) {
      const world = await openRecoverable();
      await stage(world);
      world.clock.advance(3 * day);
      expect(await world.tidelock.recovery('alice')).toBeNull();
      await expectWorking(world);
    }
  });

  test('C17 E4 addresses that do not open begin nothing', async () => {
    const world = await openRecoverable();
    const id = { tenant: 'default', account: 'alice' };
    const [stored] = await world.store.load([id]);
    const account = accountCodec.decode(stored!.record);
    const record = JSON.stringify({ ...account, contacts: { ...account.contacts, id: 'con_other' } });
    await world.store.commit([{ id, expectedVersion: stored!.version, record, events: [], messages: [] }]);
    await expect(world.tidelock.beginRecovery('alice')).rejects.toMatchObject({ code: 'vault/open-failed' });
    expect(await world.tidelock.recovery('alice')).toBeNull();
  });
});
