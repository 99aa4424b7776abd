import { Totp } from '@tidelock/otp';
import { describe, expect, test } from 'vitest';
import { nodePlatform } from '../platform/node-crypto.ts';
import { enrollAccount, openTestTidelock } from '../testing/enrolled-account.ts';
import { openMailedAccount, ownEmails, type MailedAccount } from '../testing/mailed-account.ts';

const wrongMailed = '0000-0000';

/** A new phone is to take the place of the old one: the enrollment, and the codes that it shows. */
async function beginReplacement({ tidelock, clock, alice }: MailedAccount, proof?: string) {
  const enrollment = await tidelock.totp.enroll('alice', {
    label: 'new phone',
    replaces: alice.factorId,
    proof: proof ?? (await alice.proof()),
  });
  const totp = new Totp(enrollment.secret);
  const activate = (emailCode: unknown, code: unknown = totp.generate({ at: clock.now() })) =>
    tidelock.activate('alice', { factorId: enrollment.factor.id, code, emailCode });
  return { ...enrollment, activate, code: () => totp.generate({ at: clock.now() }) };
}

const kindsOf = async ({ tidelock }: MailedAccount, limit = 4) =>
  (await tidelock.events('alice', { limit })).items.map(({ kind }) => kind);

describe('a new phone in place of the old one', () => {
  test('S25 LIFE-06 is confirmed by a mailed code, and the old one is dead in the same commit', async () => {
    const world = await openMailedAccount();
    const { tidelock, alice, clock } = world;
    const next = await beginReplacement(world);
    expect(next.emailCode).toEqual({
      sentTo: ['a•••@e•••.org', 'a•••@m•••.com'],
      expiresAt: clock.now() + 600,
    });
    const sent = (await world.mails()).filter(({ code }) => code !== undefined);
    expect(sent.map(({ to }) => to).toSorted()).toEqual([...ownEmails].toSorted());
    expect(sent[0]!.notice).toEqual({
      kind: 'activation-code',
      at: clock.now(),
      until: clock.now() + 600,
      label: 'new phone',
    });
    const code = sent[0]!.code!;
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
    const before = await alice.ticket();
    expect(await tidelock.verify('alice', { code: alice.code() })).toMatchObject({ outcome: 'accepted' });
    // As people type: small letters, no dash.
    expect(await next.activate(code.toLowerCase().replace('-', ' '))).toMatchObject({ outcome: 'accepted' });
    expect((await tidelock.account('alice')).factors).toMatchObject([
      { label: 'new phone', status: 'active' },
    ]);
    clock.advance(30);
    expect(await tidelock.verify('alice', { code: alice.code() })).toMatchObject({ outcome: 'rejected' });
    expect(await tidelock.verify('alice', { code: next.code(), ticket: before })).toMatchObject({
      reason: 'expired',
    });
    expect(await tidelock.verify('alice', { code: next.code() })).toMatchObject({ outcome: 'accepted' });
    const told = (await world.mails()).map(({ notice, to }) => `${notice.kind} ${notice.label} ${to}`);
    for (const to of ownEmails) {
      expect(told).toContain(`factor-activated new phone ${to}`);
      expect(told).toContain(`factor-revoked Authenticator app ${to}`);
    }
    const { items } = await tidelock.events('alice', { limit: 10 });
    expect(items.find(({ kind }) => kind === 'factor-revoked')).toMatchObject({
      factorId: alice.factorId,
      reason: 'replaced',
    });
  });

  test('C13 interrupted anywhere nothing is lost: the old one works until the new one is proved', async () => {
    const steps: readonly ((world: MailedAccount) => Promise<unknown>)[] = [
      (world) => world.alice.proof(),
      (world) => beginReplacement(world),
      async (world) => (await beginReplacement(world)).activate(undefined),
      async (world) => (await beginReplacement(world)).activate(wrongMailed),
      async (world) => (await beginReplacement(world)).activate(await world.mailedCode(), '000000'),
      async (world) => {
        await beginReplacement(world);
        world.clock.advance(30);
        await (await beginReplacement(world)).activate(wrongMailed);
      },
    ];
    for (const step of steps) {
      const world = await openMailedAccount();
      await step(world);
      for (const later of [0, 599, 3600]) {
        world.clock.advance(later);
        const { alice, tidelock } = world;
        const verdict = await tidelock.verify('alice', { code: alice.code(), ticket: await alice.ticket() });
        expect(verdict).toMatchObject({ outcome: 'accepted', factorId: alice.factorId });
        world.clock.advance(30);
      }
      expect((await world.tidelock.account('alice')).factors).toHaveLength(1);
      // And it can be begun anew.
      const again = await beginReplacement(world);
      expect(await again.activate(await newestCode(world))).toMatchObject({ outcome: 'accepted' });
    }
  });

  test('C11 S25 takes a proof, and names a factor that is there', async () => {
    const world = await openMailedAccount();
    const { tidelock, alice } = world;
    await expect(tidelock.totp.enroll('alice', { replaces: alice.factorId })).rejects.toMatchObject({
      code: 'engine/proof-required',
    });
    for (const replaces of ['fct_other', ''])
      await expect(
        tidelock.totp.enroll('alice', { replaces, proof: await alice.proof() }),
      ).rejects.toMatchObject({ code: 'engine/factor-unknown' });
    expect(await world.mails()).toEqual([]);
  });

  test('S25 without contacts the proof alone is enough, and the log says so', async () => {
    const bench = openTestTidelock({ notices: { channel: 'email' } });
    const alice = await enrollAccount(bench);
    const { factor, secret, emailCode } = await bench.tidelock.totp.enroll('alice', {
      replaces: alice.factorId,
      proof: await alice.proof(),
    });
    expect(emailCode).toBeUndefined();
    const code = new Totp(secret).generate({ at: bench.clock.now() });
    expect(await bench.tidelock.activate('alice', { factorId: factor.id, code })).toMatchObject({
      outcome: 'accepted',
    });
    expect((await bench.tidelock.account('alice')).factors).toHaveLength(1);
    const { items } = await bench.tidelock.events('alice');
    expect(items.filter(({ reason }) => reason === 'not-confirmed-by-mail')).toMatchObject([
      { kind: 'factor-enrolled', factorId: factor.id },
    ]);
  });

  test('S25 the policy says what is confirmed: replacements, additions as well, or nothing', async () => {
    for (const [confirmByMail, replacement, addition] of [
      ['replacements', true, false],
      ['additions', true, true],
      ['none', false, false],
    ] as const) {
      const { tidelock, alice, clock } = await openMailedAccount({ policy: { confirmByMail } });
      const replacing = await tidelock.totp.enroll('alice', {
        replaces: alice.factorId,
        proof: await alice.proof(),
      });
      expect(replacing.emailCode !== undefined).toBe(replacement);
      clock.advance(60);
      const adding = await tidelock.totp.enroll('alice', { proof: await alice.proof() });
      expect(adding.emailCode !== undefined).toBe(addition);
    }
  });

  test('C17 E4 addresses that do not open waive no code', async () => {
    const world = await openMailedAccount();
    const other = await enrollAccount(world, 'bob');
    await world.tidelock.setContacts('bob', { emails: ['bob@example.org'], proof: await other.proof() });
    const ids = ['alice', 'bob'].map((account) => ({ tenant: 'default', account }));
    const [alice, bob] = await world.store.load(ids);
    const record = {
      ...(JSON.parse(alice!.record!) as object),
      contacts: (JSON.parse(bob!.record!) as { contacts: unknown }).contacts,
    };
    await world.store.commit([
      {
        id: ids[0]!,
        expectedVersion: alice!.version,
        record: JSON.stringify(record),
        events: [],
        messages: [],
      },
    ]);
    await expect(beginReplacement(world)).rejects.toMatchObject({ code: 'vault/open-failed' });
  });

  test('S29 with ten devices one of them can still be replaced, and no eleventh comes of it', async () => {
    const world = await openMailedAccount({ policy: { factorsMax: 1 } });
    await expect(
      world.tidelock.totp.enroll('alice', { proof: await world.alice.proof() }),
    ).rejects.toMatchObject({ code: 'engine/too-many-factors' });
    const next = await beginReplacement(world);
    expect(await next.activate(await world.mailedCode())).toMatchObject({ outcome: 'accepted' });
    expect((await world.tidelock.account('alice')).factors).toHaveLength(1);
  });
});

describe('a mailed code', () => {
  test('OOB-01 is right for ten minutes, and no longer', async () => {
    for (const [later, outcome] of [
      [599, 'accepted'],
      [601, 'rejected'],
    ] as const) {
      const world = await openMailedAccount();
      const next = await beginReplacement(world);
      const code = await world.mailedCode();
      world.clock.advance(later);
      expect(await next.activate(code)).toMatchObject({ outcome });
    }
    expect(() => openTestTidelock({ policy: { mailedCodeSeconds: 601 } })).toThrow(RangeError);
  });

  test('its message dies with it: a mail server that was down does not bring it later', async () => {
    const world = await openMailedAccount();
    await beginReplacement(world);
    world.clock.advance(601);
    expect((await world.mails()).filter(({ code }) => code !== undefined)).toEqual([]);
  });

  test('A16 OOB-02 is dead once a new one was mailed', async () => {
    const world = await openMailedAccount();
    const next = await beginReplacement(world);
    const first = await world.mailedCode();
    world.clock.advance(30);
    expect(await world.tidelock.resendCode('alice', next.factor.id)).toMatchObject({
      sentTo: ['a•••@e•••.org', 'a•••@m•••.com'],
    });
    const second = await world.mailedCode();
    expect(await next.activate(first)).toMatchObject({ outcome: 'rejected', reason: 'wrong' });
    expect(await next.activate(second)).toMatchObject({ outcome: 'accepted' });
  });

  test('OOB-02 is dead after five wrong ones, though the account is not locked any more', async () => {
    const world = await openMailedAccount({ policy: { failuresBeforeLock: 10 } });
    const next = await beginReplacement(world);
    const code = await world.mailedCode();
    for (let guess = 0; guess < 5; guess += 1)
      expect(await next.activate(wrongMailed)).toMatchObject({ reason: 'wrong' });
    expect(await next.activate(code)).toMatchObject({ outcome: 'rejected', reason: 'expired' });
  });

  test('C24 OOB-03 of one enrollment is none of another', async () => {
    const world = await openMailedAccount();
    const first = await beginReplacement(world);
    const firstCode = await world.mailedCode();
    world.clock.advance(30);
    const second = await beginReplacement(world);
    const secondCode = await world.mailedCode();
    expect(await second.activate(firstCode)).toMatchObject({ reason: 'wrong' });
    expect(await first.activate(secondCode)).toMatchObject({ reason: 'wrong' });
    expect(await first.activate(firstCode)).toMatchObject({ outcome: 'accepted' });
  });

  test('A15 OOB-04 stands nowhere in the store but sealed: neither itself nor its bare hash', async () => {
    const world = await openMailedAccount();
    await beginReplacement(world);
    const [stored] = await world.store.load([{ tenant: 'default', account: 'alice' }]);
    const messages = await world.store.claimMessages(100, 0, world.clock.now());
    const events = (await world.tidelock.events('alice')).items;
    const code = await world.mailedCode();
    const kept = JSON.stringify([stored, messages, events]);
    const bare = code.replace('-', '');
    for (const form of [code, bare]) {
      expect(kept).not.toContain(form);
      expect(kept).not.toContain(nodePlatform.digest(form));
      expect(kept).not.toContain(Buffer.from(nodePlatform.digest(form), 'base64url').toString('base64'));
    }
    // Moved to another purpose or account, it does not open: rule 8.
    const sealed = (JSON.parse(stored!.record!) as { mailedCodes: { sealedHash: string }[] }).mailedCodes[0]!
      .sealedHash;
    expect(sealed).toMatch(/^1\.test\./);
  });

  test('B1 B5 B9 guesses count on the account, whatever was mailed between, and nothing is judged while it is locked', async () => {
    const world = await openMailedAccount();
    const next = await beginReplacement(world);
    const outcomes: string[] = [];
    for (let turn = 0; turn < 8; turn += 1) {
      world.clock.advance(7);
      outcomes.push((await next.activate(turn % 2 === 0 ? wrongMailed : undefined)).outcome);
      await world.tidelock.resendCode('alice', next.factor.id).catch(() => undefined);
    }
    expect(outcomes).toEqual([...Array.from({ length: 5 }, () => 'rejected'), 'locked', 'locked', 'locked']);
    const code = await newestCode(world);
    expect(await next.activate(code)).toMatchObject({ outcome: 'locked' });
    // One count for all: the old phone's codes are refused, too.
    expect(await world.tidelock.verify('alice', { code: world.alice.code() })).toMatchObject({
      outcome: 'locked',
    });
  });

  test('B7 of 100 guesses at once five are judged; B9 of 20 right ones at once one is accepted', async () => {
    const world = await openMailedAccount();
    const next = await beginReplacement(world);
    const guesses = await Promise.all(Array.from({ length: 100 }, () => next.activate(wrongMailed)));
    expect(guesses.filter(({ outcome }) => outcome === 'rejected')).toHaveLength(5);
    const fresh = await openMailedAccount();
    const other = await beginReplacement(fresh);
    const code = await fresh.mailedCode();
    const rights = await Promise.all(Array.from({ length: 20 }, () => other.activate(code)));
    expect(rights.filter(({ outcome }) => outcome === 'accepted')).toHaveLength(1);
  });

  test('A8 B9 whatever is given in its place is refused, and counted', async () => {
    const world = await openMailedAccount({ policy: { failuresBeforeLock: 10 } });
    const next = await beginReplacement(world);
    for (const [place, odd] of [null, [], {}, 7, true, '', '０0000000', 'x'.repeat(5000)].entries())
      expect(await next.activate(odd)).toEqual({
        outcome: 'rejected',
        reason: 'malformed',
        attemptsLeft: 9 - place,
      });
  });

  test('E1 B5 five are mailed in ten minutes, ten a day, thirty seconds apart, whoever asks at once', async () => {
    const world = await openMailedAccount({ policy: { pendingFactorSeconds: 86_400 } });
    const next = await beginReplacement(world);
    const resend = () => world.tidelock.resendCode('alice', next.factor.id);
    await expect(resend()).rejects.toMatchObject({ code: 'engine/rate-limited', retryAfterSeconds: 30 });
    let mailed = 1;
    for (let second = 0; second < 86_300; second += 30) {
      world.clock.advance(30);
      const results = await Promise.allSettled([resend(), resend(), resend()]);
      mailed += results.filter(({ status }) => status === 'fulfilled').length;
      if (second === 540) expect(mailed).toBe(5);
    }
    expect(mailed).toBe(10);
    // F3: a clock that was years ahead keeps nobody from a code for years.
    world.clock.advance(-3 * 365 * 86_400);
    await expect(resend()).resolves.toMatchObject({ sentTo: ['a•••@e•••.org', 'a•••@m•••.com'] });
  });

  test('LOG-01 sending is an act of its own in the log, without the code', async () => {
    const world = await openMailedAccount();
    const next = await beginReplacement(world);
    expect(await kindsOf(world, 2)).toEqual(['code-sent', 'factor-enrolled']);
    world.clock.advance(30);
    await world.tidelock.resendCode('alice', next.factor.id);
    expect((await world.tidelock.events('alice')).items[0]).toMatchObject({
      kind: 'code-sent',
      factorId: next.factor.id,
      purpose: 'activate',
      method: 'email',
    });
    await expect(world.tidelock.resendCode('alice', world.alice.factorId)).rejects.toMatchObject({
      code: 'engine/factor-unknown',
    });
  });
});

async function newestCode(world: MailedAccount): Promise<string> {
  const codes = (await world.mails()).filter(({ code }) => code !== undefined);
  return codes.toSorted((left, right) => left.notice.at - right.notice.at).at(-1)!.code!;
}
