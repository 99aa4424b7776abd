import { Totp } from '@tidelock/otp';
import { describe, expect, test } from 'vitest';
import { keyRing } from '../platform/key-ring.ts';
import { enrollAccount, openTestTidelock, testKeys } from '../testing/enrolled-account.ts';
import { createTidelock } from '../tidelock.ts';
import { overrideStore } from '../testing/override-store.ts';

const accepted = { outcome: 'accepted' };
const proofRequired = { code: 'engine/proof-required' };

describe('enrollment', () => {
  test('S10 LIFE-01 a factor is pending until a code of it was right, and then there are backup codes', async () => {
    const bench = openTestTidelock();
    const { tidelock, clock } = bench;
    expect(await tidelock.account('alice')).toMatchObject({ status: 'none' });
    const { factor, secret, uri, qr } = await tidelock.totp.enroll('alice', {
      accountName: 'alice@example.com',
      label: 'my phone',
    });
    expect(factor).toMatchObject({ kind: 'totp', label: 'my phone', status: 'pending' });
    expect(uri).toContain(`otpauth://totp/Acme:alice%40example.com?secret=${secret}&issuer=Acme`);
    expect(qr).toMatch(/^data:image\/png;base64,/);
    expect(await tidelock.account('alice')).toMatchObject({ status: 'pending' });
    expect(await tidelock.challenge('alice')).toEqual({ required: false });
    const code = new Totp(secret).generate({ at: clock.now() });
    // A pending secret never verifies.
    expect(await tidelock.verify('alice', { code })).toMatchObject({ outcome: 'rejected' });
    const activation = await tidelock.activate('alice', { factorId: factor.id, code });
    expect(activation).toMatchObject({ outcome: 'accepted', factor: { id: factor.id, status: 'active' } });
    expect(activation.outcome === 'accepted' && activation.backupCodes).toHaveLength(10);
    expect(await tidelock.account('alice')).toMatchObject({ status: 'active', backupCodesLeft: 10 });
    expect(await tidelock.challenge('alice', { expected: 'enrolled' })).toMatchObject({
      required: true,
      methods: [
        { kind: 'totp', factorId: factor.id, label: 'my phone', hint: null },
        { kind: 'backupCode', factorId: null, label: null, hint: null },
      ],
    });
  });

  test('C15 rule 4: no answer shows more of a factor than its name, its kind and its dates', async () => {
    const bench = openTestTidelock();
    const { factor } = await bench.tidelock.totp.enroll('bob');
    const { factorId } = await enrollAccount(bench);
    const { factors } = await bench.tidelock.account('alice');
    const members = ['activatedAt', 'createdAt', 'id', 'kind', 'label', 'lastUsedAt', 'status'];
    for (const shown of [factor, ...factors]) expect(Object.keys(shown).sort()).toEqual(members);
    expect(factors.map(({ id }) => id)).toEqual([factorId]);
  });

  test('S01 A11 OTP-05 OTP-07 every secret has 32 characters, and no two are alike', async () => {
    const { tidelock } = openTestTidelock();
    const secrets = await Promise.all(
      Array.from({ length: 200 }, async (_, index) => (await tidelock.totp.enroll(`user-${index}`)).secret),
    );
    expect(new Set(secrets).size).toBe(200);
    for (const secret of secrets) expect(secret).toMatch(/^[A-Z2-7]{32}$/);
  });

  test('a pending factor dies after fifteen minutes', async () => {
    const { tidelock, clock } = openTestTidelock();
    const { factor, secret } = await tidelock.totp.enroll('alice');
    clock.advance(900);
    const code = new Totp(secret).generate({ at: clock.now() });
    expect(await tidelock.activate('alice', { factorId: factor.id, code })).toMatchObject({
      outcome: 'rejected',
      reason: 'expired',
    });
    expect(await tidelock.account('alice')).toMatchObject({ status: 'none', factors: [] });
  });

  test('C8 C11 rule 7: an enrolled account takes no other factor without a proof, and a proof serves once', async () => {
    const bench = openTestTidelock();
    const alice = await enrollAccount(bench);
    const { tidelock } = bench;
    await expect(tidelock.totp.enroll('alice')).rejects.toMatchObject(proofRequired);
    await expect(tidelock.totp.enroll('alice', { proof: await alice.proof('login') })).rejects.toMatchObject(
      proofRequired,
    );
    const bob = await enrollAccount(bench, 'bob');
    await expect(tidelock.totp.enroll('alice', { proof: await bob.proof() })).rejects.toMatchObject(
      proofRequired,
    );
    const proof = await alice.proof();
    await expect(tidelock.totp.enroll('alice', { proof })).resolves.toMatchObject({
      factor: { status: 'pending' },
    });
    await expect(tidelock.totp.enroll('alice', { proof })).rejects.toMatchObject(proofRequired);
  });

  test('C13 rule 6: an enrollment that is begun, left and begun again leaves the active factor as it was', async () => {
    const bench = openTestTidelock();
    const alice = await enrollAccount(bench);
    const { tidelock, clock } = bench;
    const first = await tidelock.totp.enroll('alice', { proof: await alice.proof() });
    const second = await tidelock.totp.enroll('alice', { proof: await alice.proof() });
    for (const { secret } of [first, second]) {
      const code = new Totp(secret).generate({ at: clock.now() });
      expect(await tidelock.verify('alice', { code })).toMatchObject({ outcome: 'rejected' });
    }
    expect(await tidelock.verify('alice', { code: alice.code() })).toMatchObject(accepted);
    const code = new Totp(second.secret).generate({ at: clock.now() });
    expect(await tidelock.activate('alice', { factorId: second.factor.id, code })).toEqual({
      outcome: 'accepted',
      factor: expect.objectContaining({ status: 'active' }),
    });
    clock.advance(30);
    expect(await tidelock.verify('alice', { code: alice.code() })).toMatchObject(accepted);
  });

  test('a thief with the password begins before the owner does, and activates after her: refused', async () => {
    const bench = openTestTidelock();
    const { tidelock, clock } = bench;
    const thief = await tidelock.totp.enroll('alice', { label: 'thief' });
    const owner = await enrollAccount(bench);
    const code = new Totp(thief.secret).generate({ at: clock.now() });
    expect(await tidelock.activate('alice', { factorId: thief.factor.id, code })).toMatchObject({
      outcome: 'rejected',
      reason: 'expired',
    });
    expect(await tidelock.account('alice')).toMatchObject({ factors: [{ id: owner.factorId }] });
  });

  test('LOG-04 an id that the account does not have does not go into its log', async () => {
    const bench = openTestTidelock();
    await enrollAccount(bench);
    await bench.tidelock.activate('alice', { factorId: '\u001b[31mforged\nline', code: 'x' });
    await bench.tidelock.activate('alice', { factorId: '\u001b[31mforged\nline', code: '123456' });
    expect(JSON.stringify(await bench.tidelock.events('alice'))).not.toContain('forged');
  });

  test('S29 up to ten factors; unfinished ones give way, active ones never do', async () => {
    const bench = openTestTidelock();
    const { tidelock, clock } = bench;
    const alice = await enrollAccount(bench);
    for (let count = 2; count <= 10; count += 1) {
      const { factor, secret } = await tidelock.totp.enroll('alice', {
        proof: await alice.proof(),
        label: `phone ${count}`,
      });
      const code = new Totp(secret).generate({ at: clock.now() });
      expect(await tidelock.activate('alice', { factorId: factor.id, code })).toMatchObject(accepted);
    }
    const verdict = await tidelock.verify('alice', {
      code: alice.code(),
      factorId: alice.factorId,
      ticket: await alice.ticket('manage'),
    });
    const proof = verdict.outcome === 'accepted' ? verdict.proof : '';
    await expect(tidelock.totp.enroll('alice', { proof })).rejects.toMatchObject({
      code: 'engine/too-many-factors',
    });
    const unfinished = openTestTidelock().tidelock;
    for (let count = 0; count < 15; count += 1) await unfinished.totp.enroll('bob');
    expect((await unfinished.account('bob')).factors).toHaveLength(10);
  });

  test('names have limits, and an account name with a colon is refused', async () => {
    const { tidelock } = openTestTidelock();
    for (const account of ['', '.', '..', 'a\u0000b', 'a\nb', 'x'.repeat(201), '\ud800']) {
      await expect(tidelock.account(account)).rejects.toThrow(RangeError);
    }
    await expect(tidelock.account(42 as unknown as string)).rejects.toThrow(TypeError);
    await expect(tidelock.totp.enroll('alice', { accountName: 'a:b' })).rejects.toThrow(/colon/);
    await expect(tidelock.totp.enroll('alice', { label: 'x'.repeat(65) })).rejects.toThrow(RangeError);
    await expect(tidelock.totp.enroll('\u{1f511}'.repeat(200))).rejects.toThrow(RangeError);
    expect((await tidelock.totp.enroll('\u{1f511}'.repeat(200), { accountName: 'ji' })).uri).toContain(
      'Acme:ji',
    );
    expect((await tidelock.totp.enroll('urn:user:7')).uri).toContain('Acme:urn-user-7');
    // C9: two spellings of one name are one account.
    await tidelock.totp.enroll('e\u0301');
    expect(await tidelock.account('\u00e9')).toMatchObject({ status: 'pending', id: '\u00e9' });
  });

  test('S16 the object does the whole of it: secret, URI, QR, verification, backup codes', async () => {
    const { tidelock } = openTestTidelock();
    const secret = tidelock.totp.generateSecret();
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    const uri = tidelock.totp.uri({ secret, accountName: 'alice' });
    expect(uri).toBe(`otpauth://totp/Acme:alice?secret=${secret}&issuer=Acme`);
    expect(tidelock.totp.qr(uri)).toMatch(/^data:image\/png;base64,/);
  });

  test('tenants do not see each other: the same id is two accounts', async () => {
    const bench = openTestTidelock();
    const alice = await enrollAccount(bench);
    const other = bench.tidelock.forTenant('other');
    expect(await other.account('alice')).toMatchObject({ status: 'none' });
    expect(await other.verify('alice', { code: alice.code() })).toMatchObject({ outcome: 'rejected' });
    expect((await other.events('alice')).items).toHaveLength(1);
    expect(() => bench.tidelock.forTenant('')).toThrow(RangeError);
    await expect(bench.tidelock.account('store')).resolves.toMatchObject({ status: 'none' });
  });

  test('S31 S41 a token is enrolled and verified by counter: in order, ahead within ten, never back', async () => {
    const { Hotp } = await import('@tidelock/otp');
    const { tidelock } = openTestTidelock({ policy: { failuresBeforeLock: 10 } });
    const { factor, secret, uri } = await tidelock.hotp.enroll('alice');
    expect(uri).toContain('otpauth://hotp/');
    const hotp = new Hotp(secret);
    expect(await tidelock.activate('alice', { factorId: factor.id, code: hotp.generate(0) })).toMatchObject(
      accepted,
    );
    for (const counter of [1, 2, 3, 8]) {
      expect(
        await tidelock.verify('alice', { code: hotp.generate(counter) }),
        `counter ${counter}`,
      ).toMatchObject(accepted);
    }
    for (const counter of [8, 7, 0, 20]) {
      expect(await tidelock.verify('alice', { code: hotp.generate(counter) })).toMatchObject({
        outcome: 'rejected',
      });
    }
    expect(await tidelock.verify('alice', { code: hotp.generate(19) })).toMatchObject(accepted);
  });
});

describe('store and keys', () => {
  test('C17 a key that is missing: its factors refuse with a fault, the rest works, and it comes back', async () => {
    const other = 'other:ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=';
    const both = openTestTidelock({ keys: `${testKeys},${other}` });
    const alice = await enrollAccount(both);
    const { store, clock } = both;
    const swapped = createTidelock({ issuer: 'Acme', store, keys: keyRing(`${other},${testKeys}`), clock });
    const bob = await enrollAccount({ store, clock, tidelock: swapped }, 'bob');
    const without = createTidelock({ issuer: 'Acme', store, keys: keyRing(other), clock });
    await expect(without.verify('alice', { code: alice.code() })).rejects.toMatchObject({
      code: 'vault/key-missing',
    });
    expect((await without.events('alice', { limit: 1 })).items[0]).toMatchObject({
      kind: 'secret-unreadable',
    });
    expect(await without.verify('bob', { code: bob.code() })).toMatchObject(accepted);
    expect(await both.tidelock.verify('alice', { code: alice.code() })).toMatchObject(accepted);
  });

  test('C17 keys of another store, and another key under a known id, do not start', async () => {
    const { store, tidelock } = openTestTidelock();
    await tidelock.ready();
    for (const keys of [
      'new:ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=',
      'test:ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=',
    ]) {
      const foreign = createTidelock({ issuer: 'Acme', store, keys: keyRing(keys) });
      await expect(foreign.challenge('alice')).rejects.toMatchObject({ code: 'keys/not-of-this-store' });
    }
  });

  test('an empty store under existing keys does not serve where it was told so', async () => {
    const { store } = openTestTidelock();
    const tidelock = createTidelock({ issuer: 'Acme', store, keys: keyRing(testKeys), emptyStore: 'refuse' });
    await expect(tidelock.challenge('alice')).rejects.toMatchObject({ code: 'store/not-initialised' });
    await expect(tidelock.health()).rejects.toMatchObject({ code: 'store/not-initialised' });
  });

  test('B11 however many ask at once whether it can serve, the store is asked once', async () => {
    const { store } = openTestTidelock();
    let loads = 0;
    const counting = overrideStore(store, { load: (ids) => ((loads += 1), store.load(ids)) });
    const tidelock = createTidelock({ issuer: 'Acme', store: counting, keys: keyRing(testKeys) });
    await tidelock.ready();
    loads = 0;
    await Promise.all(Array.from({ length: 50 }, () => tidelock.health()));
    expect(loads).toBe(1);
    await tidelock.health();
    expect(loads).toBe(2);
  });

  test('rule 3 an account that the application remembers and the store does not know is a fault and no free pass', async () => {
    const { tidelock } = openTestTidelock();
    await expect(tidelock.challenge('alice', { expected: 'enrolled' })).rejects.toMatchObject({
      code: 'engine/account-not-enrolled',
    });
  });

  test('C18 the sealed secrets of two people, swapped in the store, open for neither', async () => {
    const bench = openTestTidelock();
    const alice = await enrollAccount(bench, 'alice');
    const bob = await enrollAccount(bench, 'bob');
    const ids = [alice, bob].map(({ account }) => ({ tenant: 'default', account }));
    const stored = await bench.store.load(ids);
    const secrets = stored.map((entry) => /"sealedSecret":"([^"]+)"/.exec(entry!.record!)![1]!);
    await bench.store.commit(
      stored.map((entry, index) => ({
        id: entry!.id,
        expectedVersion: entry!.version,
        record: entry!.record!.replace(secrets[index]!, secrets[1 - index]!),
        events: [],
        messages: [],
      })),
    );
    for (const { account, code } of [alice, bob]) {
      await expect(bench.tidelock.verify(account, { code: code() })).rejects.toMatchObject({
        code: 'vault/open-failed',
      });
    }
  });
});
