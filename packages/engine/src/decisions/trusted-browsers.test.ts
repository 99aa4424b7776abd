import { Totp } from '@tidelock/otp';
import { describe, expect, test } from 'vitest';
import { enrollAccount, openTestTidelock, type EnrolledAccount } from '../testing/enrolled-account.ts';

const day = 86_400;
const administrator = { actor: 'carol@help.example', reason: 'test' };

type Bench = ReturnType<typeof openTestTidelock>;

function openTrusting(): Bench {
  return openTestTidelock({ policy: { trustedBrowserDays: 30, failuresBeforeDisabled: 10 } });
}

/** Signs in and has the browser trusted. */
async function trust({ tidelock, clock }: Bench, person: EnrolledAccount): Promise<string> {
  const { account } = person;
  const ticket = await person.ticket('login');
  const verdict = await tidelock.verify(account, { code: person.code(), ticket, trustBrowser: true });
  clock.advance(30);
  if (verdict.outcome !== 'accepted' || verdict.trustToken === undefined) throw new Error('Not trusted.');
  return verdict.trustToken;
}

const isTrusted = async ({ tidelock }: Bench, trustToken: string, account = 'alice'): Promise<boolean> =>
  !(await tidelock.challenge(account, { trustToken, expected: 'enrolled' })).required;

describe('a trusted browser', () => {
  test('C19 SESS-07 is asked for no code at a sign-in, for as many days as the policy has', async () => {
    const bench = openTrusting();
    const alice = await enrollAccount(bench);
    const trustToken = await trust(bench, alice);
    expect(trustToken).toMatch(/^tbr_[\w-]{22}$/);
    expect(await bench.tidelock.challenge('alice', { trustToken })).toEqual({
      required: false,
      trusted: true,
    });
    bench.clock.advance(29 * day);
    expect(await isTrusted(bench, trustToken)).toBe(true);
    bench.clock.advance(day);
    expect(await isTrusted(bench, trustToken)).toBe(false);
    expect(await bench.tidelock.trustedBrowsers('alice')).toEqual([]);
  });

  test('C19 SESS-07 is none where the policy has no days for it, not even one from before', async () => {
    const bench = openTestTidelock();
    const alice = await enrollAccount(bench);
    const ticket = await alice.ticket('login');
    const verdict = await bench.tidelock.verify('alice', { code: alice.code(), ticket, trustBrowser: true });
    expect(verdict).toMatchObject({ outcome: 'accepted' });
    expect(verdict).not.toHaveProperty('trustToken');

    const trusting = openTrusting();
    const trustToken = await trust(trusting, await enrollAccount(trusting));
    const strict = openTestTidelock({ store: trusting.store });
    strict.clock.set(trusting.clock.now());
    expect(await isTrusted(strict, trustToken)).toBe(false);
  });

  test('C19 never comes of a backup code, of a check, of another purpose or of an act', async () => {
    const bench = openTrusting();
    const alice = await enrollAccount(bench);
    const { tidelock, clock } = bench;
    const act = await tidelock.challenge('alice', { purpose: 'login', actHash: 'abc' });
    const tries = [
      { code: alice.backupCodes[0], ticket: await alice.ticket('login') },
      { code: () => alice.code() },
      { code: () => alice.code(), ticket: await alice.ticket('manage') },
      { code: () => alice.code(), ticket: (act as { ticket: string }).ticket },
    ];
    for (const { code, ...rest } of tries) {
      clock.advance(30);
      const typed = typeof code === 'function' ? code() : code;
      const verdict = await tidelock.verify('alice', { code: typed, ...rest, trustBrowser: true });
      expect(verdict).toMatchObject({ outcome: 'accepted' });
      expect(verdict).not.toHaveProperty('trustToken');
    }
    expect(await tidelock.trustedBrowsers('alice')).toEqual([]);
  });

  test('C19 C11 opens a sign-in alone: no change, no act and no other purpose', async () => {
    const bench = openTrusting();
    const alice = await enrollAccount(bench);
    const trustToken = await trust(bench, alice);
    for (const options of [
      { purpose: 'manage' },
      { purpose: 'transfer' },
      { purpose: 'login', actHash: 'abc' },
    ])
      expect(await bench.tidelock.challenge('alice', { ...options, trustToken })).toMatchObject({
        required: true,
      });
  });

  test('C19 its token is no code, no ticket and no proof', async () => {
    const bench = openTrusting();
    const alice = await enrollAccount(bench);
    const token = await trust(bench, alice);
    const { tidelock } = bench;
    expect(await tidelock.verify('alice', { code: token })).toMatchObject({ outcome: 'rejected' });
    expect(await tidelock.verify('alice', { code: alice.code(), ticket: token })).toMatchObject({
      reason: 'expired',
    });
    expect(await tidelock.redeem('alice', { proof: token, purpose: 'login' })).toMatchObject({
      outcome: 'rejected',
    });
    await expect(tidelock.revokeFactor('alice', alice.factorId, { proof: token })).rejects.toMatchObject({
      code: 'engine/proof-required',
    });
  });

  test('C19 A14 of one account is none of another', async () => {
    const bench = openTrusting();
    const alice = await enrollAccount(bench);
    const bob = await enrollAccount(bench, 'bob');
    const ofAlice = await trust(bench, alice);
    const ofBob = await trust(bench, bob);
    expect(await isTrusted(bench, ofAlice, 'bob')).toBe(false);
    expect(await isTrusted(bench, ofBob, 'alice')).toBe(false);
    expect(await isTrusted(bench, ofAlice, 'alice')).toBe(true);
    expect(await isTrusted(bench, `${ofAlice}x`, 'alice')).toBe(false);
    const [stored] = await bench.store.load([{ tenant: 'default', account: 'alice' }]);
    expect(stored!.record).not.toContain(ofAlice.slice(4));
  });
});

/** Everything after which a browser is a stranger again. */
const endings: { readonly [name: string]: (bench: Bench, alice: EnrolledAccount) => Promise<unknown> } = {
  'a new factor': async ({ tidelock, clock }, alice) => {
    const { factor, secret } = await tidelock.totp.enroll('alice', { proof: await alice.proof() });
    const code = new Totp(secret).generate({ at: clock.now() });
    return tidelock.activate('alice', { factorId: factor.id, code });
  },
  'a factor that failures disabled': async ({ tidelock, clock }, alice) => {
    for (let count = 0; count < 10; count += 1) {
      clock.advance(3600);
      await tidelock.verify('alice', { code: alice.wrongCode() });
    }
  },
  'a reset that is carried out': async ({ tidelock, clock }) => {
    const { readyAt } = await tidelock.reset('alice', administrator);
    clock.set(readyAt);
    await tidelock.completeReset('alice', administrator);
    await enrollAccount({ tidelock, clock } as Bench);
  },
  'new backup codes': async ({ tidelock }, alice) =>
    tidelock.regenerateBackupCodes('alice', { proof: await alice.proof() }),
  'a new password': ({ tidelock }) => tidelock.passwordChanged('alice'),
  'being revoked': ({ tidelock }) => tidelock.revokeTrustedBrowsers('alice'),
};

describe('a trusted browser dies', () => {
  for (const [name, end] of Object.entries(endings)) {
    test(`C19 SESS-07 of ${name}`, async () => {
      const bench = openTrusting();
      const alice = await enrollAccount(bench);
      const trustToken = await trust(bench, alice);
      expect(await isTrusted(bench, trustToken)).toBe(true);
      await end(bench, alice);
      expect(await isTrusted(bench, trustToken)).toBe(false);
      expect(await bench.tidelock.trustedBrowsers('alice')).toEqual([]);
    });
  }

  test('C19 SESS-07 of a factor that is revoked while another is left', async () => {
    const bench = openTrusting();
    const alice = await enrollAccount(bench);
    const { tidelock, clock } = bench;
    const { factor, secret } = await tidelock.totp.enroll('alice', { proof: await alice.proof() });
    await tidelock.activate('alice', {
      factorId: factor.id,
      code: new Totp(secret).generate({ at: clock.now() }),
    });
    const trustToken = await trust(bench, alice);
    expect(await isTrusted(bench, trustToken)).toBe(true);
    await tidelock.revokeFactor('alice', factor.id, { proof: await alice.proof() });
    expect(await isTrusted(bench, trustToken)).toBe(false);
  });

  test('C19 not of a wrong code, a used backup code, a new name or an enrollment that is only begun', async () => {
    const bench = openTrusting();
    const alice = await enrollAccount(bench);
    const { tidelock } = bench;
    const trustToken = await trust(bench, alice);
    await tidelock.verify('alice', { code: alice.wrongCode() });
    await tidelock.verify('alice', { code: alice.backupCodes[0] });
    await tidelock.renameFactor('alice', alice.factorId, { label: 'old phone', proof: await alice.proof() });
    await tidelock.totp.enroll('alice', { proof: await alice.proof() });
    expect(await isTrusted(bench, trustToken)).toBe(true);
  });
});

describe('trusted browsers', () => {
  test('SESS-07 are listed with their days, and the oldest of ten gives way', async () => {
    const bench = openTrusting();
    const alice = await enrollAccount(bench);
    const tokens: string[] = [];
    for (let count = 0; count < 11; count += 1) tokens.push(await trust(bench, alice));
    expect(await isTrusted(bench, tokens[0]!)).toBe(false);
    expect(await isTrusted(bench, tokens[1]!)).toBe(true);
    const browsers = await bench.tidelock.trustedBrowsers('alice');
    expect(browsers).toHaveLength(10);
    expect(browsers[0]).toEqual({
      id: expect.stringMatching(/^brw_/),
      createdAt: expect.any(Number),
      lastUsedAt: bench.clock.now(),
      expiresAt: browsers[0]!.createdAt + 30 * day,
    });
    expect(JSON.stringify(browsers)).not.toContain(tokens[1]!.slice(4));
    expect(await bench.tidelock.revokeTrustedBrowsers('alice')).toEqual({ revoked: 10 });
  });

  test('F3 are trusted no longer than from now on when a clock has jumped', async () => {
    const bench = openTrusting();
    const alice = await enrollAccount(bench);
    bench.clock.advance(365 * day);
    const trustToken = await trust(bench, alice);
    bench.clock.advance(-365 * day);
    expect(await isTrusted(bench, trustToken)).toBe(true);
    bench.clock.advance(31 * day);
    expect(await isTrusted(bench, trustToken)).toBe(false);
  });

  test('LOG-01 each use, each end and each new password stands in the log', async () => {
    const bench = openTrusting();
    const alice = await enrollAccount(bench);
    await isTrusted(bench, await trust(bench, alice));
    await bench.tidelock.revokeTrustedBrowsers('alice');
    await bench.tidelock.passwordChanged('alice');
    const { items } = await bench.tidelock.events('alice', { limit: 4 });
    expect(items.map(({ kind }) => kind)).toEqual([
      'password-changed',
      'trusted-browsers-revoked',
      'trusted-browser-used',
      'browser-trusted',
    ]);
  });
});

describe('a new password', () => {
  test('C1 C20 takes tickets, proofs and begun enrollments along, and leaves the factors and their count', async () => {
    const bench = openTestTidelock();
    const alice = await enrollAccount(bench);
    const { tidelock } = bench;
    const proof = await alice.proof('login');
    await tidelock.totp.enroll('alice', { proof: await alice.proof() });
    const ticket = await alice.ticket();
    await tidelock.verify('alice', { code: alice.wrongCode() });
    expect(await tidelock.passwordChanged('alice')).toEqual({ revoked: 0 });
    expect(await tidelock.redeem('alice', { proof, purpose: 'login' })).toMatchObject({
      outcome: 'rejected',
    });
    expect(await tidelock.verify('alice', { code: alice.code(), ticket })).toMatchObject({
      reason: 'expired',
      attemptsLeft: 3,
    });
    expect(await tidelock.account('alice')).toMatchObject({
      status: 'active',
      factors: [{ status: 'active' }],
    });
    expect(await tidelock.challenge('alice')).toMatchObject({ required: true });
  });

  test('of somebody unknown is no news', async () => {
    const { tidelock } = openTestTidelock();
    expect(await tidelock.passwordChanged('nobody')).toEqual({ revoked: 0 });
    expect(await tidelock.revokeTrustedBrowsers('nobody')).toEqual({ revoked: 0 });
    expect((await tidelock.events('nobody')).items).toEqual([]);
  });
});
