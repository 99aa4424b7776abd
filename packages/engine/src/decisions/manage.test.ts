import { Totp } from '@tidelock/otp';
import { describe, expect, test } from 'vitest';
import { enrollAccount, openTestTidelock } from '../testing/enrolled-account.ts';

const administrator = { actor: 'carol@help.example', reason: 'phone stolen, ticket 4711' };

describe('changes', () => {
  test('C11 LIFE-03 renaming and revoking take a proof of the account itself', async () => {
    const bench = openTestTidelock();
    const alice = await enrollAccount(bench);
    const { tidelock } = bench;
    const { factorId } = alice;
    const required = { code: 'engine/proof-required' };
    await expect(tidelock.renameFactor('alice', factorId, { label: 'new' })).rejects.toMatchObject(required);
    await expect(tidelock.revokeFactor('alice', factorId)).rejects.toMatchObject(required);
    await expect(tidelock.revokeFactor('alice', factorId, { proof: 'prf_made-up' })).rejects.toMatchObject(
      required,
    );
    expect(
      await tidelock.renameFactor('alice', factorId, { label: 'old phone', proof: await alice.proof() }),
    ).toMatchObject({ label: 'old phone' });
    const proof = await alice.proof();
    await expect(tidelock.revokeFactor('alice', 'fct_unknown', { proof })).rejects.toMatchObject({
      code: 'engine/factor-unknown',
    });
    // What failed has spent nothing.
    expect(await tidelock.revokeFactor('alice', factorId, { proof })).toEqual({ enrolled: false });
  });

  test('LIFE-16 with the last factor the backup codes, tickets and proofs die', async () => {
    const bench = openTestTidelock();
    const alice = await enrollAccount(bench);
    const { tidelock } = bench;
    const login = await alice.proof('login');
    await tidelock.revokeFactor('alice', alice.factorId, { proof: await alice.proof() });
    expect(await tidelock.account('alice')).toEqual({
      id: 'alice',
      status: 'none',
      factors: [],
      backupCodesLeft: 0,
      lockedUntil: null,
      sessionsEndedAt: null,
    });
    expect(await tidelock.verify('alice', { code: alice.code() })).toMatchObject({ outcome: 'rejected' });
    expect(await tidelock.verify('alice', { code: alice.backupCodes[0] })).toMatchObject({
      outcome: 'rejected',
    });
    expect(await tidelock.redeem('alice', { proof: login, purpose: 'login' })).toMatchObject({
      outcome: 'rejected',
    });
    expect(await tidelock.challenge('alice')).toEqual({ required: false });
  });

  test('a backup code proves enough to change the factors of a lost phone', async () => {
    const bench = openTestTidelock();
    const alice = await enrollAccount(bench);
    const verdict = await bench.tidelock.verify('alice', {
      code: alice.backupCodes[0],
      ticket: await alice.ticket('manage'),
    });
    const proof = verdict.outcome === 'accepted' ? verdict.proof : '';
    await expect(bench.tidelock.totp.enroll('alice', { proof })).resolves.toMatchObject({
      factor: { status: 'pending' },
    });
  });

  test('opening challenges has a budget, and the oldest of twenty tickets gives way', async () => {
    const bench = openTestTidelock();
    const alice = await enrollAccount(bench);
    const oldest = await alice.ticket();
    const second = await alice.ticket();
    for (let count = 0; count < 18; count += 1) await alice.ticket();
    await expect(alice.ticket()).rejects.toMatchObject({ code: 'engine/rate-limited', retryAfterSeconds: 1 });
    bench.clock.advance(1);
    await alice.ticket();
    expect(await bench.tidelock.verify('alice', { code: alice.code(), ticket: oldest })).toMatchObject({
      reason: 'expired',
    });
    expect(await bench.tidelock.verify('alice', { code: alice.code(), ticket: second })).toMatchObject({
      outcome: 'accepted',
    });
  });

  test('C11 C20 a thief who held a factor has nothing left of it when the owner revokes it', async () => {
    const bench = openTestTidelock();
    const { tidelock, clock } = bench;
    const alice = await enrollAccount(bench);
    const second = await tidelock.totp.enroll('alice', { proof: await alice.proof(), label: 'stolen' });
    const stolen = new Totp(second.secret);
    const { factorId } = alice;
    await tidelock.activate('alice', {
      factorId: second.factor.id,
      code: stolen.generate({ at: clock.now() }),
    });
    const proofByThief = async (purpose: string): Promise<string> => {
      clock.advance(30);
      const code = stolen.generate({ at: clock.now() });
      const verdict = await tidelock.verify('alice', {
        code,
        factorId: second.factor.id,
        ticket: await alice.ticket(purpose),
      });
      return verdict.outcome === 'accepted' ? verdict.proof : '';
    };
    const manage = await proofByThief('manage');
    const login = await proofByThief('login');
    const begun = await tidelock.totp.enroll('alice', {
      proof: await proofByThief('manage'),
      label: 'the thief’s own',
    });
    const ticket = await alice.ticket();
    clock.advance(30);
    const owner = await tidelock.verify('alice', {
      code: alice.code(),
      factorId,
      ticket: await alice.ticket('manage'),
    });
    await tidelock.revokeFactor('alice', second.factor.id, {
      proof: owner.outcome === 'accepted' ? owner.proof : '',
    });

    expect(await tidelock.redeem('alice', { proof: login, purpose: 'login' })).toMatchObject({
      outcome: 'rejected',
    });
    await expect(tidelock.totp.enroll('alice', { proof: manage })).rejects.toMatchObject({
      code: 'engine/proof-required',
    });
    const code = new Totp(begun.secret).generate({ at: clock.now() });
    expect(await tidelock.activate('alice', { factorId: begun.factor.id, code })).toMatchObject({
      reason: 'expired',
    });
    clock.advance(30);
    expect(await tidelock.verify('alice', { code: alice.code(), ticket })).toMatchObject({
      reason: 'expired',
    });
    expect(await tidelock.account('alice')).toMatchObject({ factors: [{ id: factorId }] });
  });

  test('C11 a proof by a backup code dies with its set', async () => {
    const bench = openTestTidelock();
    const alice = await enrollAccount(bench);
    const { tidelock } = bench;
    const verdict = await tidelock.verify('alice', {
      code: alice.backupCodes[0],
      ticket: await alice.ticket('manage'),
    });
    const proof = verdict.outcome === 'accepted' ? verdict.proof : '';
    await tidelock.regenerateBackupCodes('alice', { proof: await alice.proof() });
    await expect(tidelock.totp.enroll('alice', { proof })).rejects.toMatchObject({
      code: 'engine/proof-required',
    });
  });

  test('C11 renaming and cancelling spend their proof, and a proof of an act proves no change', async () => {
    const bench = openTestTidelock();
    const alice = await enrollAccount(bench);
    const { tidelock } = bench;
    const { factorId } = alice;
    const renaming = await alice.proof();
    await tidelock.renameFactor('alice', factorId, { label: 'phone', proof: renaming });
    const required = { code: 'engine/proof-required' };
    await expect(
      tidelock.renameFactor('alice', factorId, { label: 'x', proof: renaming }),
    ).rejects.toMatchObject(required);
    await tidelock.reset('alice', administrator);
    const cancelling = await alice.proof();
    await tidelock.cancelReset('alice', { proof: cancelling });
    await expect(tidelock.revokeFactor('alice', factorId, { proof: cancelling })).rejects.toMatchObject(
      required,
    );
    const challenge = await tidelock.challenge('alice', {
      purpose: 'manage',
      actHash: 'sha256-of-a-transfer',
    });
    const act = await tidelock.verify('alice', {
      code: alice.code(),
      ticket: challenge.required ? challenge.ticket : '',
    });
    const proof = act.outcome === 'accepted' ? act.proof : '';
    await expect(tidelock.revokeFactor('alice', factorId, { proof })).rejects.toMatchObject(required);
  });
});

describe('an administrator', () => {
  test('unlocks, and the log says who and why', async () => {
    const bench = openTestTidelock();
    const alice = await enrollAccount(bench);
    for (let count = 0; count < 5; count += 1)
      await bench.tidelock.verify('alice', { code: alice.wrongCode() });
    await bench.tidelock.unlock('alice', administrator);
    expect(await bench.tidelock.verify('alice', { code: alice.code() })).toMatchObject({
      outcome: 'accepted',
    });
    const { items } = await bench.tidelock.events('alice', { limit: 2 });
    expect(items[1]).toMatchObject({
      kind: 'unlocked',
      actor: administrator.actor,
      note: administrator.reason,
    });
    await expect(bench.tidelock.unlock('alice', { actor: '', reason: 'x' })).rejects.toThrow(RangeError);
  });

  test('F4 a reset removes nothing before its waiting time is over', async () => {
    const bench = openTestTidelock();
    const alice = await enrollAccount(bench);
    const { tidelock, clock } = bench;
    await expect(tidelock.reset('nobody', administrator)).rejects.toMatchObject({
      code: 'engine/no-active-factor',
    });
    const begun = await tidelock.reset('alice', administrator);
    expect(begun.readyAt).toBe(clock.now() + 86_400);
    clock.advance(3600);
    expect(await tidelock.reset('alice', administrator)).toEqual(begun);
    await expect(tidelock.completeReset('alice', administrator)).rejects.toMatchObject({
      code: 'engine/recovery-not-ready',
    });
    expect(await tidelock.challenge('alice')).toMatchObject({ required: true });
    expect(await tidelock.verify('alice', { code: alice.code() })).toMatchObject({ outcome: 'accepted' });
    clock.set(begun.readyAt);
    await tidelock.completeReset('alice', administrator);
    expect(await tidelock.account('alice')).toMatchObject({ status: 'none', backupCodesLeft: 0 });
    expect(await tidelock.recovery('alice')).toBeNull();
  });

  test('F4 a reset that nobody carried out is forgotten, and none outlives the factors', async () => {
    const bench = openTestTidelock();
    const alice = await enrollAccount(bench);
    const { tidelock, clock } = bench;
    const begun = await tidelock.reset('alice', administrator);
    clock.set(begun.readyAt + 72 * 3600);
    await expect(tidelock.completeReset('alice', administrator)).rejects.toMatchObject({
      code: 'engine/recovery-unknown',
    });
    const again = await tidelock.reset('alice', administrator);
    expect(again.readyAt).toBe(clock.now() + 86_400);
    await tidelock.revokeFactor('alice', alice.factorId, { proof: await alice.proof() });
    expect(await tidelock.recovery('alice')).toBeNull();
  });

  test('F3 a clock that jumps back neither prolongs a wait nor keeps tickets and budgets alive', async () => {
    const bench = openTestTidelock();
    const alice = await enrollAccount(bench);
    const { tidelock, clock } = bench;
    const ticket = await alice.ticket();
    for (let count = 0; count < 19; count += 1) await alice.ticket();
    const begun = await tidelock.reset('alice', administrator);
    clock.advance(-30 * 86_400);
    expect((await tidelock.recovery('alice'))!.readyAt).toBe(clock.now() + 86_400);
    expect(begun.readyAt).toBeGreaterThan(clock.now() + 86_400);
    clock.advance(1);
    await expect(alice.ticket()).resolves.toMatch(/^tkt_/);
    clock.advance(600);
    expect(await tidelock.verify('alice', { code: alice.code(), ticket })).toMatchObject({
      reason: 'expired',
    });
  });

  test('F4 the owner cancels a reset that was not theirs', async () => {
    const bench = openTestTidelock();
    const alice = await enrollAccount(bench);
    const { tidelock, clock } = bench;
    await tidelock.reset('alice', administrator);
    await expect(tidelock.cancelReset('alice', {})).rejects.toMatchObject({ code: 'engine/proof-required' });
    await tidelock.cancelReset('alice', { proof: await alice.proof() });
    clock.advance(86_400 * 2);
    await expect(tidelock.completeReset('alice', administrator)).rejects.toMatchObject({
      code: 'engine/recovery-unknown',
    });
    expect(await tidelock.challenge('alice')).toMatchObject({ required: true });
  });
});

describe('the audit log', () => {
  test('S26 LOG-01 has every act in order, without a gap', async () => {
    const bench = openTestTidelock();
    const alice = await enrollAccount(bench);
    await bench.tidelock.verify('alice', { code: alice.wrongCode() });
    await bench.tidelock.revokeFactor('alice', alice.factorId, { proof: await alice.proof() });
    const { items } = await bench.tidelock.events('alice', { limit: 100 });
    const kinds = items.toReversed().map(({ kind }) => kind);
    expect(kinds).toEqual([
      'factor-enrolled',
      'factor-activated',
      'backup-codes-generated',
      'verification-rejected',
      'challenge-opened',
      'verification-accepted',
      'factor-revoked',
    ]);
    expect(items.map(({ sequence }) => sequence)).toEqual([7, 6, 5, 4, 3, 2, 1]);
  });

  test('is read in pages, newest first', async () => {
    const bench = openTestTidelock();
    await enrollAccount(bench);
    const first = await bench.tidelock.events('alice', { limit: 2 });
    const second = await bench.tidelock.events('alice', { limit: 2, cursor: first.nextCursor! });
    expect([...first.items, ...second.items].map(({ sequence }) => sequence)).toEqual([3, 2, 1]);
    expect(second.nextCursor).toBeNull();
    expect((await bench.tidelock.events(null)).items).toHaveLength(3);
    for (const limit of [0, 1001, 1.5])
      await expect(bench.tidelock.events('alice', { limit })).rejects.toThrow(RangeError);
    await expect(bench.tidelock.events('alice', { cursor: "'; --" })).rejects.toThrow(RangeError);
  });

  test('LOG-03 holds no secret, code, ticket or proof', async () => {
    const bench = openTestTidelock();
    const alice = await enrollAccount(bench);
    const proof = await alice.proof();
    await bench.tidelock.verify('alice', { code: alice.backupCodes[0] });
    const log = JSON.stringify((await bench.tidelock.events('alice', { limit: 100 })).items);
    for (const secret of [alice.secret, proof, ...alice.backupCodes, 'tkt_', 'prf_'])
      expect(log).not.toContain(secret);
  });
});

describe('API keys', () => {
  test('are found by their hash, carry tenant and scopes, and are revoked at once', async () => {
    const { tidelock, store } = openTestTidelock();
    const { directory } = tidelock;
    const { view, key } = await directory.createApiKey({
      tenant: 'acme',
      scopes: ['verify', 'manage'],
      label: 'shop',
    });
    expect(key).toMatch(/^tlk_[\w-]{43}$/);
    expect(await directory.authenticate(key)).toEqual({
      keyId: view.keyId,
      tenant: 'acme',
      scopes: ['verify', 'manage'],
    });
    expect(await directory.authenticate(`${key.slice(0, -1)}!`)).toBeNull();
    expect(await directory.authenticate(key.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')))).toBeNull();
    const [stored] = await store.load([{ tenant: '', account: 'directory' }]);
    expect(stored!.record).not.toContain(key);
    expect(await directory.listApiKeys()).toEqual([view]);
    await directory.revokeApiKey(view.keyId);
    expect(await directory.authenticate(key)).toBeNull();
    await expect(directory.revokeApiKey(view.keyId)).rejects.toMatchObject({
      code: 'engine/api-key-unknown',
    });
    for (const wanted of [{ scopes: [] }, { scopes: ['root'] }, { tenant: 'A b' }, { label: '' }]) {
      const request = { tenant: 'acme', scopes: ['read'], label: 'x', ...wanted } as never;
      await expect(async () => directory.createApiKey(request)).rejects.toThrow(RangeError);
    }
  });

  test('an adopted key is adopted once, and a weak one is refused', async () => {
    const { directory } = openTestTidelock().tidelock;
    const wanted = { tenant: 'default', scopes: ['admin'], label: 'environment' } as const;
    const key = 'the-key-of-an-operator-0123456789-abcdef';
    const first = await directory.adoptApiKey(key, wanted);
    expect(await directory.adoptApiKey(key, wanted)).toEqual(first);
    for (const weak of ['short', 'x'.repeat(40)])
      await expect(directory.adoptApiKey(weak, wanted)).rejects.toThrow(RangeError);
    // Revoked is revoked, though the environment still names it.
    await directory.revokeApiKey(first.keyId);
    await expect(directory.adoptApiKey(key, wanted)).rejects.toMatchObject({
      code: 'engine/api-key-revoked',
    });
  });

  test('a key that another process revoked is refused a second later', async () => {
    const bench = openTestTidelock();
    const other = openTestTidelock({ store: bench.store });
    const { key, view } = await bench.tidelock.directory.createApiKey({
      tenant: 'acme',
      scopes: ['verify'],
      label: 'shop',
    });
    expect(await other.tidelock.directory.authenticate(key)).not.toBeNull();
    await bench.tidelock.directory.revokeApiKey(view.keyId);
    other.clock.advance(1.5);
    expect(await other.tidelock.directory.authenticate(key)).toBeNull();
  });
});
