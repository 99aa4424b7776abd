import { Hotp } from '@tidelock/otp';
import { describe, expect, test } from 'vitest';
import { enrollAccount, openTestTidelock, type TestTidelock } from '../testing/enrolled-account.ts';

const accepted = { outcome: 'accepted' };
const wrong = { outcome: 'rejected', reason: 'wrong' };
const hour = 120;

/** Somebody with a token that counts; it stands at counter 1. */
async function enrollToken({ tidelock }: TestTidelock, account = 'alice') {
  const { factor, secret } = await tidelock.hotp.enroll(account);
  const token = new Hotp(secret);
  const activation = await tidelock.activate(account, { factorId: factor.id, code: token.generate(0) });
  expect(activation).toMatchObject(accepted);
  return { factorId: factor.id, code: (counter: number) => token.generate(counter) };
}

describe('a token that ran ahead', () => {
  test('S29 OTP-15 is found by two consecutive codes within a hundred counters, and they are spent', async () => {
    const bench = openTestTidelock();
    const { tidelock } = bench;
    const { factorId, code } = await enrollToken(bench);
    expect(await tidelock.verify('alice', { code: code(101) })).toMatchObject(wrong);
    const resynced = await tidelock.resync('alice', { factorId, codes: [code(101), code(102)] });
    expect(resynced).toMatchObject({ outcome: 'accepted', factor: { id: factorId, kind: 'hotp' } });
    expect(resynced).not.toHaveProperty('proof');
    for (const counter of [1, 50, 101, 102])
      expect(await tidelock.verify('alice', { code: code(counter) })).toMatchObject(wrong);
    await tidelock.unlock('alice', { actor: 'test', reason: 'go on' });
    expect(await tidelock.verify('alice', { code: code(103) })).toMatchObject(accepted);
  });

  test('OTP-13 OTP-15 further off, not consecutive, repeated, reversed or single codes move nothing', async () => {
    const bench = openTestTidelock({ policy: { failuresBeforeLock: 10 } });
    const { tidelock } = bench;
    const { factorId, code } = await enrollToken(bench);
    const tries = [
      [code(102), code(103)],
      [code(5), code(7)],
      [code(5), code(5)],
      [code(6), code(5)],
      [code(0), code(1)],
      [code(5), code(6), code(8)],
    ];
    for (const [index, codes] of tries.entries())
      expect(await tidelock.resync('alice', { factorId, codes }), String(index)).toMatchObject({
        ...wrong,
        attemptsLeft: 9 - index,
      });
    expect(await tidelock.resync('alice', { factorId, codes: [code(5)] })).toMatchObject({
      reason: 'malformed',
    });
    expect(await tidelock.verify('alice', { code: code(1) })).toMatchObject(accepted);
  });

  test('OTP-15 three codes are taken as well, and the last counters of all are no fault', async () => {
    const bench = openTestTidelock();
    const { factorId, code } = await enrollToken(bench);
    const codes = [code(40), code(41), code(42)];
    expect(await bench.tidelock.resync('alice', { factorId, codes })).toMatchObject(accepted);
    expect(await bench.tidelock.verify('alice', { code: code(43) })).toMatchObject(accepted);
  });
});

describe('a clock that is off', () => {
  test('S28 is found up to twelve hours either way; the next sign-in takes the code that it shows', async () => {
    for (const off of [-12 * hour, -hour, -7, 5, hour, 12 * hour]) {
      const bench = openTestTidelock();
      const { code, factorId, ticket } = await enrollAccount(bench);
      bench.clock.advance(86_400);
      const codes = [code(off - 1), code(off)];
      expect(await bench.tidelock.resync('alice', { factorId, codes }), `${off}`).toMatchObject(accepted);
      bench.clock.advance(30);
      expect(
        await bench.tidelock.verify('alice', { code: code(off), ticket: await ticket() }),
        `${off} steps off`,
      ).toMatchObject(accepted);
    }
  });

  test('OTP-12 A10 the window moves with the clock, and is as narrow as before', async () => {
    for (const steps of [-3, -2, -1, 0, 1, 2, 3]) {
      const bench = openTestTidelock();
      const { code, factorId } = await enrollAccount(bench);
      bench.clock.advance(86_400);
      await bench.tidelock.resync('alice', { factorId, codes: [code(-hour - 1), code(-hour)] });
      bench.clock.advance(300);
      const verdict = await bench.tidelock.verify('alice', { code: code(-hour + steps) });
      expect(verdict, `${steps}`).toMatchObject(Math.abs(steps) <= 1 ? accepted : wrong);
    }
  });

  test('S28 beyond twelve hours, and at or before the last accepted step, nothing is found', async () => {
    const bench = openTestTidelock({ policy: { failuresBeforeLock: 10 } });
    const { tidelock, clock } = bench;
    const { code, factorId } = await enrollAccount(bench);
    clock.advance(86_400);
    const resync = (...steps: number[]) =>
      tidelock.resync('alice', { factorId, codes: steps.map((step) => code(step)) });
    expect(await resync(12 * hour + 1, 12 * hour + 2)).toMatchObject(wrong);
    expect(await resync(-12 * hour - 2, -12 * hour - 1)).toMatchObject(wrong);
    expect(await tidelock.verify('alice', { code: code() })).toMatchObject(accepted);
    expect(await resync(-11, -10)).toMatchObject(wrong);
    expect(await resync(0, 1)).toMatchObject(wrong);
    expect(await resync(1, 2)).toMatchObject(accepted);
    expect(await resync(1, 2)).toMatchObject(wrong);
    expect(await tidelock.verify('alice', { code: code(1) })).toMatchObject(wrong);
  });

  test('S28 OTP-12 a device that is a step late signs in again and again, and drifts on within its limit', async () => {
    const bench = openTestTidelock();
    const { code } = await enrollAccount(bench);
    const signIn = async (steps: number) => {
      bench.clock.advance(600);
      return bench.tidelock.verify('alice', { code: code(steps) });
    };
    for (const steps of [-1, -1, -2, -2, -3, -3]) expect(await signIn(steps)).toMatchObject(accepted);
    // Its window is −3 to −1 now, three steps as ever, and goes no further.
    expect(await signIn(-4)).toMatchObject(wrong);
    expect(await signIn(0)).toMatchObject(wrong);
    expect(await signIn(-1)).toMatchObject(accepted);
  });
});

describe('an attempt to resynchronise', () => {
  test('B8 B9 OTP-15 counts with all other attempts, and is refused while they are locked', async () => {
    const bench = openTestTidelock();
    const { tidelock } = bench;
    const { code, wrongCode, factorId } = await enrollAccount(bench);
    await tidelock.verify('alice', { code: wrongCode() });
    const bad = wrongCode();
    const tries: readonly [unknown, string, string][] = [
      [[bad, bad], factorId, 'wrong'],
      ['482910', factorId, 'malformed'],
      [[code(), code(1)], 'fct_of-nobody', 'wrong'],
      [undefined, factorId, 'malformed'],
    ];
    for (const [index, [codes, named, reason]] of tries.entries())
      expect(await tidelock.resync('alice', { factorId: named, codes })).toEqual({
        outcome: 'rejected',
        reason,
        attemptsLeft: 3 - index,
      });
    expect(await tidelock.resync('alice', { factorId, codes: [code(), code(1)] })).toMatchObject({
      outcome: 'locked',
    });
    expect(await tidelock.verify('alice', { code: code() })).toMatchObject({ outcome: 'locked' });
    const { items } = await tidelock.events('alice', { limit: 100 });
    expect(items.filter(({ kind }) => kind === 'verification-rejected')).toHaveLength(5);
  });

  test("A14 takes no codes of somebody else's device, and no pending one", async () => {
    const bench = openTestTidelock();
    const alice = await enrollAccount(bench);
    const bob = await enrollAccount(bench, 'bob');
    const pending = await bench.tidelock.hotp.enroll('alice', { proof: await alice.proof() });
    const token = new Hotp(pending.secret);
    for (const [factorId, codes] of [
      [bob.factorId, [bob.code(), bob.code(1)]],
      [alice.factorId, [bob.code(), bob.code(1)]],
      [pending.factor.id, [token.generate(0), token.generate(1)]],
    ] as const)
      expect(await bench.tidelock.resync('alice', { factorId, codes })).toMatchObject(wrong);
  });

  test('A2 of a hundred at once with the same codes one is accepted', async () => {
    const bench = openTestTidelock();
    const { code, factorId } = await enrollAccount(bench);
    const codes = [code(), code(1)];
    const all = await Promise.all(
      Array.from({ length: 100 }, () => bench.tidelock.resync('alice', { factorId, codes })),
    );
    expect(all.filter(({ outcome }) => outcome === 'accepted')).toHaveLength(1);
  });
});
