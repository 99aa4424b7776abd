import { Totp } from '@tidelock/otp';
import { describe, expect, test } from 'vitest';
import { accountCodec } from '../account/account-record.ts';
import type { Account } from '../account/account.ts';
import { enrollAccount, openTestTidelock, type TestTidelock } from '../testing/enrolled-account.ts';

const accepted = { outcome: 'accepted' };

/** Somebody with so many apps; the last is the one that was used last. The clock stands where each has a code left. */
async function enrollDevices(bench: TestTidelock, count: number) {
  const first = await enrollAccount(bench);
  const devices = [{ id: first.factorId, totp: new Totp(first.secret) }];
  while (devices.length < count) {
    const { factor, secret } = await bench.tidelock.totp.enroll('alice', { proof: await first.proof() });
    const totp = new Totp(secret);
    const code = totp.generate({ at: bench.clock.now() });
    expect(await bench.tidelock.activate('alice', { factorId: factor.id, code })).toMatchObject(accepted);
    devices.push({ id: factor.id, totp });
    bench.clock.advance(30);
  }
  bench.clock.advance(300);
  const codeOf = (index: number) => devices[index]!.totp.generate({ at: bench.clock.now() });
  const wrongCode = () => {
    const near = new Set(
      devices.flatMap(({ totp }) =>
        [-1, 0, 1].map((steps) => totp.generate({ at: bench.clock.now() + steps * 30 })),
      ),
    );
    return Array.from({ length: 40 }, (_, index) => String(index).padStart(6, '0')).find(
      (code) => !near.has(code),
    )!;
  };
  return { ids: devices.map(({ id }) => id), codeOf, wrongCode };
}

async function recordOf({ store }: TestTidelock): Promise<Account> {
  const [stored] = await store.load([{ tenant: 'default', account: 'alice' }]);
  return accountCodec.decode(stored!.record);
}

describe('a code of somebody with several devices', () => {
  test('A18 S29 has as many chances before the lock with ten devices as with one, and one more at most', async () => {
    for (const devices of [1, 2, 3, 10]) {
      const bench = openTestTidelock();
      const { wrongCode } = await enrollDevices(bench, devices);
      let chances = 0;
      for (;;) {
        const { outcome } = await bench.tidelock.verify('alice', { code: wrongCode() });
        if (outcome !== 'rejected') break;
        chances += Math.min(devices, 3);
      }
      expect(chances, `${devices} devices`).toBeGreaterThanOrEqual(5);
      expect(chances, `${devices} devices`).toBeLessThanOrEqual(6);
    }
  });

  test('A18 S29 costs one failure where it names its device, and tells how many such tries are left', async () => {
    const bench = openTestTidelock();
    const { ids, wrongCode } = await enrollDevices(bench, 3);
    const verify = (factorId?: string) =>
      bench.tidelock.verify('alice', { code: wrongCode(), ...(factorId === undefined ? {} : { factorId }) });
    expect(await verify(ids[0])).toMatchObject({ outcome: 'rejected', attemptsLeft: 4 });
    expect(await verify()).toMatchObject({ outcome: 'rejected', attemptsLeft: 1 });
    expect(await verify(ids[1])).toMatchObject({ outcome: 'rejected', attemptsLeft: 0 });
    expect(await verify(ids[1])).toMatchObject({ outcome: 'locked' });
  });

  test('A18 S29 that is right on one is no failure of the others, and ends the count of all', async () => {
    const bench = openTestTidelock();
    const { ids, codeOf, wrongCode } = await enrollDevices(bench, 3);
    expect(await bench.tidelock.verify('alice', { code: wrongCode(), factorId: ids[0]! })).toMatchObject({
      attemptsLeft: 4,
    });
    for (const index of [0, 1, 2]) {
      bench.clock.advance(30);
      expect(await bench.tidelock.verify('alice', { code: codeOf(index) })).toMatchObject({
        outcome: 'accepted',
        factorId: ids[index],
      });
    }
    const { factors, throttle } = await recordOf(bench);
    expect(factors.map(({ failures }) => failures)).toEqual([0, 0, 0]);
    expect(throttle.failures).toBe(0);
  });

  test('A18 is tried on the three that were used last, and on a fourth where it is named', async () => {
    const bench = openTestTidelock();
    const { ids, codeOf } = await enrollDevices(bench, 4);
    for (const index of [1, 2, 3]) {
      bench.clock.advance(30);
      await bench.tidelock.verify('alice', { code: codeOf(index), factorId: ids[index]! });
    }
    bench.clock.advance(30);
    expect(await bench.tidelock.verify('alice', { code: codeOf(0) })).toMatchObject({
      outcome: 'rejected',
      attemptsLeft: 1,
    });
    expect(await bench.tidelock.verify('alice', { code: codeOf(0), factorId: ids[0]! })).toMatchObject(
      accepted,
    );
  });

  test('S29 each device is named, dated and told apart, and revoking one leaves the others', async () => {
    const bench = openTestTidelock();
    const { ids, codeOf } = await enrollDevices(bench, 3);
    await bench.tidelock.verify('alice', { code: codeOf(1) });
    const { ticket } = (await bench.tidelock.challenge('alice', { purpose: 'manage' })) as { ticket: string };
    const verdict = await bench.tidelock.verify('alice', { code: codeOf(2), ticket });
    const proof = verdict.outcome === 'accepted' ? verdict.proof : '';
    expect(await bench.tidelock.revokeFactor('alice', ids[0]!, { proof })).toEqual({ enrolled: true });
    const { factors } = await bench.tidelock.account('alice');
    expect(factors.map(({ id, lastUsedAt }) => [id, lastUsedAt])).toEqual([
      [ids[1], bench.clock.now()],
      [ids[2], bench.clock.now()],
    ]);
  });
});
