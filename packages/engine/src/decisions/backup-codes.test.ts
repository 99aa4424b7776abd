import { describe, expect, test } from 'vitest';
import { unknownAccount, type Account } from '../account/account.ts';
import { keyRing } from '../platform/key-ring.ts';
import { nodePlatform } from '../platform/node-crypto.ts';
import { createPolicy } from '../policy.ts';
import { enrollAccount, openTestTidelock, testKeys } from '../testing/enrolled-account.ts';
import { createVault } from '../vault.ts';
import { verify } from './verify.ts';

const accepted = { outcome: 'accepted', method: 'backupCode', factorId: null };
const wrong = { outcome: 'rejected', reason: 'wrong' };

describe('backup codes', () => {
  test('S09 S18 LOOK-04 are ten of sixteen characters in groups of four', async () => {
    const { backupCodes } = await enrollAccount(openTestTidelock());
    expect(backupCodes).toHaveLength(10);
    expect(new Set(backupCodes).size).toBe(10);
    for (const code of backupCodes)
      expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
  });

  test('S09 A12 LOOK-01 each is accepted once', async () => {
    const bench = openTestTidelock();
    const { backupCodes } = await enrollAccount(bench);
    expect(await bench.tidelock.verify('alice', { code: backupCodes[3] })).toMatchObject(accepted);
    expect(await bench.tidelock.verify('alice', { code: backupCodes[3] })).toMatchObject(wrong);
    expect((await bench.tidelock.events('alice', { limit: 1 })).items[0]).toMatchObject({
      reason: 'replayed',
      method: 'backupCode',
    });
    expect(await bench.tidelock.account('alice')).toMatchObject({ backupCodesLeft: 9 });
  });

  test('LOOK-08 are read as people type them: any case, blanks, dashes, O for 0, I and L for 1', async () => {
    const bench = openTestTidelock();
    const { backupCodes } = await enrollAccount(bench);
    const spell = (code: string) =>
      code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l');
    for (const code of backupCodes.slice(0, 5))
      expect(await bench.tidelock.verify('alice', { code: spell(code) })).toMatchObject(accepted);
    for (const code of backupCodes.slice(0, 5))
      expect(await bench.tidelock.verify('alice', { code })).toMatchObject(wrong);
  });

  test('OTP-16 every hash of the set is compared, wherever the right one stands', async () => {
    const bench = openTestTidelock();
    const { backupCodes } = await enrollAccount(bench);
    const id = { tenant: 'default', account: 'alice' };
    const [stored] = await bench.store.load([id]);
    const account: Account = { ...unknownAccount, ...(JSON.parse(stored!.record!) as Account) };
    const { salt, cost } = account.backupCodes!;
    let compared = 0;
    const equal: typeof nodePlatform.equal = (left, right) => (compared++, nodePlatform.equal(left, right));
    const context = {
      id,
      now: bench.clock.now(),
      epoch: 0,
      policy: createPolicy(),
      issuer: 'Acme',
      vault: createVault(keyRing(testKeys), nodePlatform),
      notices: null,
      platform: { ...nodePlatform, equal },
    };
    for (const code of [backupCodes[0]!, backupCodes[9]!, '0000-0000-0000-0000']) {
      const message = new TextEncoder().encode(code.replaceAll('-', ''));
      const hash = await nodePlatform.passwordHash.hash({ message, salt: nodePlatform.decode(salt), cost });
      compared = 0;
      verify(account, { code }, context, { kind: 'hash', salt, hash });
      expect(compared).toBe(10);
    }
  });

  test('A13 of one code fifty times at once one is accepted, and exactly one code is gone', async () => {
    const bench = openTestTidelock();
    const { backupCodes } = await enrollAccount(bench);
    const verdicts = await Promise.all(
      Array.from({ length: 50 }, () => bench.tidelock.verify('alice', { code: backupCodes[0] })),
    );
    expect(verdicts.filter(({ outcome }) => outcome === 'accepted')).toHaveLength(1);
    expect(await bench.tidelock.account('alice')).toMatchObject({ backupCodesLeft: 9 });
  });

  test('A13 five different codes at once are all accepted, and none comes back', async () => {
    const bench = openTestTidelock();
    const { backupCodes } = await enrollAccount(bench);
    const five = backupCodes.slice(0, 5);
    const verdicts = await Promise.all(five.map((code) => bench.tidelock.verify('alice', { code })));
    expect(verdicts.every(({ outcome }) => outcome === 'accepted')).toBe(true);
    for (const code of five) expect(await bench.tidelock.verify('alice', { code })).toMatchObject(wrong);
    expect(await bench.tidelock.account('alice')).toMatchObject({ backupCodesLeft: 5 });
  });

  test('LOOK-06 regenerating takes a proof, and kills the old set', async () => {
    const bench = openTestTidelock();
    const alice = await enrollAccount(bench);
    const { tidelock } = bench;
    await expect(tidelock.regenerateBackupCodes('alice')).rejects.toMatchObject({
      code: 'engine/proof-required',
    });
    await expect(tidelock.regenerateBackupCodes('nobody')).rejects.toMatchObject({
      code: 'engine/no-active-factor',
    });
    const proof = await alice.proof();
    const { backupCodes } = await tidelock.regenerateBackupCodes('alice', { proof });
    await expect(tidelock.regenerateBackupCodes('alice', { proof })).rejects.toMatchObject({
      code: 'engine/proof-required',
    });
    expect(await tidelock.verify('alice', { code: alice.backupCodes[0] })).toMatchObject(wrong);
    expect(await tidelock.verify('alice', { code: backupCodes[0] })).toMatchObject(accepted);
  });

  test('a hash that was prepared for a set that has changed meanwhile is prepared anew', async () => {
    const bench = openTestTidelock();
    const alice = await enrollAccount(bench);
    const proof = await alice.proof();
    const [, verdict] = await Promise.all([
      bench.tidelock.regenerateBackupCodes('alice', { proof }),
      bench.tidelock.verify('alice', { code: alice.backupCodes[0] }),
    ]);
    // Whichever came first: the code of the dead set is either accepted before the change or wrong behind it.
    expect(['accepted', 'rejected']).toContain(verdict.outcome);
    expect(await bench.tidelock.verify('alice', { code: alice.backupCodes[1] })).toMatchObject(wrong);
  });

  test('a code that names a factor is a code of that factor, and no backup code', async () => {
    const bench = openTestTidelock();
    const { backupCodes, factorId } = await enrollAccount(bench);
    expect(await bench.tidelock.verify('alice', { code: backupCodes[0], factorId })).toMatchObject(wrong);
    expect(await bench.tidelock.verify('alice', { code: backupCodes[0] })).toMatchObject(accepted);
  });

  test('A15 LOOK-02 the record holds no code, and its hashes are sealed', async () => {
    const bench = openTestTidelock();
    const { backupCodes } = await enrollAccount(bench);
    const [stored] = await bench.store.load([{ tenant: 'default', account: 'alice' }]);
    for (const code of backupCodes) {
      expect(stored!.record).not.toContain(code);
      expect(stored!.record).not.toContain(code.replaceAll('-', ''));
    }
    const { backupCodes: set } = JSON.parse(stored!.record!) as {
      backupCodes: { sealedHashes: string; cost: unknown };
    };
    expect(set.cost).toEqual({ memoryKib: 19 * 1024, passes: 2, parallelism: 1 });
    expect(set.sealedHashes).toMatch(/^1\.test\./);
  });

  test('S18 hex codes can be had; they can be guessed, and count and are locked with the guesses', async () => {
    for (const [backupCodeFormat, pattern] of [
      ['hex8', /^[0-9a-f]{4}-[0-9a-f]{4}$/],
      ['hex10', /^[0-9a-f]{5}-[0-9a-f]{5}$/],
    ] as const) {
      const bench = openTestTidelock({ policy: { backupCodeFormat, backupCodes: 8 } });
      const { backupCodes } = await enrollAccount(bench);
      expect(backupCodes).toHaveLength(8);
      for (const code of backupCodes) expect(code).toMatch(pattern);
      // Of digits alone, as one code in forty is: wrong, and no fault.
      const digits = backupCodeFormat === 'hex8' ? '1234-5678' : '12345-67890';
      expect(await bench.tidelock.verify('alice', { code: digits })).toMatchObject(wrong);
      await bench.tidelock.unlock('alice', { actor: 'test', reason: 'go on' });
      expect(await bench.tidelock.verify('alice', { code: backupCodes[0]!.toUpperCase() })).toMatchObject(
        accepted,
      );
      for (let left = 4; left >= 0; left -= 1) {
        expect(await bench.tidelock.verify('alice', { code: backupCodes[0] })).toMatchObject({
          ...wrong,
          attemptsLeft: left,
        });
      }
      expect(await bench.tidelock.verify('alice', { code: backupCodes[1] })).toMatchObject({
        outcome: 'locked',
      });
    }
  });
});
