import { describe, expect, test } from 'vitest';
import { accountCodec } from '../../account/account-record.ts';
import { openTestTidelock } from '../../testing/enrolled-account.ts';
import { openMailedAccount, ownEmails } from '../../testing/mailed-account.ts';
import {
  administrator,
  beginAndWait,
  beginOnly,
  beginOwnRecovery,
  day,
  openRecoverable,
  tokenOf,
} from '../../testing/recovering-account.ts';

describe('what is mailed and kept', () => {
  test('LIFE-10 F4 every address hears of every stage, with when it is ready and a link that stops it', async () => {
    const world = await openRecoverable();
    const { tidelock, clock } = world;
    const seen: string[] = [];
    const look = async (act: Promise<unknown>) => {
      await act;
      const mails = await world.mails();
      const notes = mails.filter(({ notice }) => !notice.kind.endsWith('-code'));
      expect(new Set(notes.map(({ to }) => to))).toEqual(new Set(ownEmails));
      for (const { notice, link, to } of notes) {
        if (to !== ownEmails[0]) continue;
        const days = notice.until === undefined ? [] : [String((notice.until - clock.now()) / day)];
        seen.push([notice.kind, ...(link === undefined ? [] : ['with link']), ...days].join(' '));
      }
      return mails;
    };
    const begun = await look(tidelock.beginRecovery('alice'));
    const { code } = begun.find((mail) => mail.code !== undefined)!;
    await look(tidelock.confirmRecovery('alice', { code }));
    await look(tidelock.vouchForRecovery('alice', administrator));
    clock.advance(30);
    const freezing = await world.alice.proof();
    await look(tidelock.freezeRecovery('alice', { proof: freezing }));
    const lifting = await world.alice.proof();
    await look(tidelock.unfreezeRecovery('alice', { proof: lifting }));
    await look(tidelock.reset('alice', administrator));
    expect(seen).toEqual([
      'recovery-begun with link 3',
      'recovery-proved with link',
      'recovery-waiting with link 1',
      'recovery-frozen',
      'recovery-unfrozen',
      'reset-begun with link 1',
    ]);
  });

  test('OOB-07 LIFE-04 an address that was taken off a short while ago hears of a recovery, and gets no code', async () => {
    const world = await openRecoverable();
    const { tidelock, alice, clock } = world;
    await tidelock.setContacts('alice', { emails: ['thief@example.net'], proof: await alice.proof() });
    await world.mails();
    await tidelock.beginRecovery('alice');
    const mails = await world.mails();
    expect(mails.filter(({ code }) => code !== undefined).map(({ to }) => to)).toEqual(['thief@example.net']);
    expect(
      mails
        .filter(({ link }) => link !== undefined)
        .map(({ to }) => to)
        .toSorted(),
    ).toEqual([...ownEmails, 'thief@example.net'].toSorted());
    clock.advance(7 * day);
    await tidelock.beginRecovery('alice');
    expect(new Set((await world.mails()).map(({ to }) => to))).toEqual(new Set(['thief@example.net']));
  });

  test('without a public URL there is no link and no token, and all else is as it was', async () => {
    const world = await openMailedAccount();
    await beginAndWait(world);
    const kept = accountCodec.decode(
      (await world.store.load([{ tenant: 'default', account: 'alice' }]))[0]!.record,
    );
    expect(kept.recovery).toMatchObject({ notMeHashes: [] });
    expect((await world.mails()).filter(({ link }) => link !== undefined)).toEqual([]);
    for (const url of [
      'http://acme.example',
      'acme.example',
      'https://a:b@acme.example',
      'https://acme.example/?x=1',
      'javascript:alert(1)',
    ])
      expect(() => openTestTidelock({ notices: { channel: 'email', publicUrl: url } })).toThrow(RangeError);
    expect(() =>
      openTestTidelock({ notices: { channel: 'email', publicUrl: 'http://127.0.0.1:3000/' } }),
    ).not.toThrow();
  });

  test('C15 A15 LOG-03 neither log nor record has a code, a token or an address', async () => {
    const world = await openRecoverable({ trustedContacts: ['bob@example.net'] });
    await beginOnly(world);
    const mails = await world.mails();
    const [stored] = await world.store.load([{ tenant: 'default', account: 'alice' }]);
    const log = (await world.tidelock.events('alice', { limit: 100 })).items;
    const kept = JSON.stringify([stored!.record, log]);
    const code = mails.find((mail) => mail.code !== undefined)!.code!;
    for (const secret of [code, code.replace('-', ''), tokenOf(mails), 'alice@', 'bob@', 'example.org'])
      expect(kept).not.toContain(secret);
  });

  test('F4 a reset that an older version began is read, waits, and is carried out', async () => {
    const world = await openRecoverable();
    const { tidelock, store, clock } = world;
    const id = { tenant: 'default', account: 'alice' };
    const [stored] = await store.load([id]);
    const old = { begunAt: clock.now(), readyAt: clock.now() + day, actor: 'carol', reason: 'lost phone' };
    const {
      recoveryFrozenAt: _,
      sessionsEndedAt: __,
      mailedCodes: ___,
      sends: ____,
      ...rest
    } = JSON.parse(stored!.record!) as { [name: string]: unknown };
    const record = JSON.stringify({ ...rest, recovery: old });
    await store.commit([{ id, expectedVersion: stored!.version, record, events: [], messages: [] }]);
    expect(await tidelock.recovery('alice')).toMatchObject({
      ...old,
      state: 'waiting',
      begunBy: 'administrator',
    });
    expect(await tidelock.beginRecovery('alice')).toMatchObject({ ...old, sentTo: [] });
    clock.advance(day);
    await tidelock.completeReset('alice', administrator);
    expect((await tidelock.events('alice', { limit: 1 })).items).toMatchObject([
      { kind: 'reset-completed', actor: 'carol' },
    ]);
  });

  test('F4 a reset takes the place of a recovery that is not proved: nobody keeps it from beginning', async () => {
    const world = await openRecoverable();
    const code = await beginOwnRecovery(world);
    expect(await world.tidelock.reset('alice', administrator)).toMatchObject({
      begunBy: 'administrator',
      actor: 'carol',
      readyAt: world.clock.now() + day,
    });
    await expect(world.tidelock.confirmRecovery('alice', { code })).rejects.toMatchObject({
      code: 'engine/recovery-not-ready',
    });
  });
});
