import { describe, expect, test } from 'vitest';
import { enrollAccount, openTestTidelock } from '../testing/enrolled-account.ts';

const accepted = { outcome: 'accepted' };
const wrong = { outcome: 'rejected', reason: 'wrong' };

async function lastEvent({ tidelock }: ReturnType<typeof openTestTidelock>, account = 'alice') {
  return (await tidelock.events(account, { limit: 1 })).items[0]!;
}

describe('a code of an authenticator app', () => {
  test('S05 A10 OTP-10 is accepted one step either side and nowhere else', async () => {
    for (let steps = -10; steps <= 10; steps += 1) {
      const bench = openTestTidelock();
      const { account, code } = await enrollAccount(bench);
      bench.clock.advance(300);
      const verdict = await bench.tidelock.verify(account, { code: code(steps) });
      expect(verdict, `${steps} steps off`).toMatchObject(Math.abs(steps) <= 1 ? accepted : wrong);
    }
  });

  test('S08 A1 OTP-08 is accepted once, and afterwards refused as wrong while the log says replayed', async () => {
    const bench = openTestTidelock();
    const person = await enrollAccount(bench);
    const code = person.code();
    expect(await bench.tidelock.verify('alice', { code })).toMatchObject(accepted);
    expect(await bench.tidelock.verify('alice', { code })).toMatchObject(wrong);
    expect(await lastEvent(bench)).toMatchObject({ kind: 'verification-rejected', reason: 'replayed' });
    expect(await bench.tidelock.verify('alice', { code, ticket: await person.ticket() })).toMatchObject(
      wrong,
    );
  });

  test('A3 a step before the last accepted one is refused, though nobody used it', async () => {
    const bench = openTestTidelock();
    const { code } = await enrollAccount(bench);
    bench.clock.advance(60);
    const older = code(-1);
    expect(await bench.tidelock.verify('alice', { code: code() })).toMatchObject(accepted);
    expect(await bench.tidelock.verify('alice', { code: older })).toMatchObject(wrong);
  });

  test('A4 a spent code is refused at every second of its whole window', async () => {
    const bench = openTestTidelock({ policy: { failuresBeforeLock: 10 } });
    const { code } = await enrollAccount(bench);
    const spent = code(1);
    expect(await bench.tidelock.verify('alice', { code: spent })).toMatchObject(accepted);
    for (let second = 1; second <= 95; second += 1) {
      bench.clock.advance(1);
      await bench.tidelock.unlock('alice', { actor: 'test', reason: 'so that every second is judged' });
      expect(await bench.tidelock.verify('alice', { code: spent }), `${second} s later`).toMatchObject(wrong);
    }
  });

  test('A5 the same code of two people is accepted from both', async () => {
    const bench = openTestTidelock();
    const alice = await enrollAccount(bench, 'alice');
    const bob = await enrollAccount(bench, 'bob');
    expect(await bench.tidelock.verify('alice', { code: alice.code() })).toMatchObject(accepted);
    expect(await bench.tidelock.verify('bob', { code: bob.code() })).toMatchObject(accepted);
  });

  test('A6 OTP-09 the code that activated is spent', async () => {
    const bench = openTestTidelock();
    const { code } = await enrollAccount(bench);
    expect(await bench.tidelock.verify('alice', { code: code(-1) })).toMatchObject(wrong);
    expect(await lastEvent(bench)).toMatchObject({ reason: 'replayed' });
  });

  test('A7 every spelling of a spent code is refused and costs one attempt; blanks and dashes do not matter', async () => {
    const bench = openTestTidelock();
    const { code } = await enrollAccount(bench);
    const fresh = code();
    const grouped = `${fresh.slice(0, 3)} ${fresh.slice(3)}`;
    expect(await bench.tidelock.verify('alice', { code: grouped })).toMatchObject(accepted);
    const fullWidth = [...fresh].map((digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0)).join('');
    const arabic = [...fresh].map((digit) => String.fromCharCode(digit.charCodeAt(0) + 0x630)).join('');
    const spellings = [
      fresh,
      grouped,
      ` ${fresh} `,
      `+${fresh}`,
      `${fresh}.0`,
      fullWidth,
      arabic,
      `0${fresh}`,
      `${fresh}\n`,
    ];
    let left = 5;
    for (const spelling of spellings) {
      left -= 1;
      expect(await bench.tidelock.verify('alice', { code: spelling })).toMatchObject({
        outcome: 'rejected',
        attemptsLeft: left,
      });
      if (left === 1) {
        await bench.tidelock.unlock('alice', { actor: 'test', reason: 'go on' });
        left = 5;
      }
    }
  });

  test('A8 S27 what is no code is malformed and counted, without a look at the secret', async () => {
    const bench = openTestTidelock({ policy: { failuresBeforeLock: 10 } });
    await enrollAccount(bench);
    const things: readonly unknown[] = [
      undefined,
      null,
      482910,
      ['482910'],
      { code: '482910' },
      true,
      '',
      '12345',
    ];
    for (const [index, code] of things.entries()) {
      expect(await bench.tidelock.verify('alice', { code })).toEqual({
        outcome: 'rejected',
        reason: 'malformed',
        attemptsLeft: 10 - index - 1,
      });
    }
    expect(await bench.tidelock.verify('alice', { code: '1'.repeat(1_000_000) })).toMatchObject({
      reason: 'malformed',
      attemptsLeft: 1,
    });
  });

  test('A14 C7 a ticket of somebody else, and a code of somebody else, are refused', async () => {
    const bench = openTestTidelock();
    const alice = await enrollAccount(bench, 'alice');
    const bob = await enrollAccount(bench, 'bob');
    const foreign = await bob.ticket();
    const verdict = await bench.tidelock.verify('alice', { code: alice.code(), ticket: foreign });
    expect(verdict).toMatchObject({ outcome: 'rejected', reason: 'expired' });
    expect(await bench.tidelock.verify('alice', { code: bob.code() })).toMatchObject(wrong);
    expect(await bench.tidelock.verify('alice', { code: bob.backupCodes[0] })).toMatchObject(wrong);
    expect(
      await bench.tidelock.verify('alice', { code: alice.code(), factorId: bob.factorId }),
    ).toMatchObject(wrong);
    // The refused attempts have spent nothing of either.
    expect(
      await bench.tidelock.verify('alice', { code: alice.code(), ticket: await alice.ticket() }),
    ).toMatchObject(accepted);
    expect(await bench.tidelock.verify('bob', { code: bob.code(), ticket: foreign })).toMatchObject(accepted);
  });

  test('OTP-11 a time that is no time is refused, and a clock that goes back does not open spent steps', async () => {
    const bench = openTestTidelock();
    const { code } = await enrollAccount(bench);
    const fresh = code();
    expect(await bench.tidelock.verify('alice', { code: fresh })).toMatchObject(accepted);
    bench.clock.advance(-86_400);
    for (const steps of [-1, 0, 1])
      expect(await bench.tidelock.verify('alice', { code: code(steps) })).toMatchObject(wrong);
    bench.clock.advance(86_400);
    expect(await bench.tidelock.verify('alice', { code: fresh })).toMatchObject(wrong);
  });
});

describe('a proof', () => {
  test('SESS-01 is redeemed once, for its own purpose, by its own account', async () => {
    const bench = openTestTidelock();
    const alice = await enrollAccount(bench);
    await enrollAccount(bench, 'bob');
    const proof = await alice.proof('login');
    const { tidelock } = bench;
    expect(await tidelock.redeem('bob', { proof, purpose: 'login' })).toMatchObject({ outcome: 'rejected' });
    expect(await tidelock.redeem('alice', { proof, purpose: 'manage' })).toMatchObject({
      outcome: 'rejected',
    });
    expect(await tidelock.redeem('alice', { proof, purpose: 'login', actHash: 'x' })).toMatchObject({
      outcome: 'rejected',
    });
    expect(await tidelock.redeem('alice', { proof, purpose: 'login' })).toMatchObject({
      outcome: 'accepted',
      method: 'totp',
    });
    expect(await tidelock.redeem('alice', { proof, purpose: 'login' })).toMatchObject({
      outcome: 'rejected',
    });
  });

  test('runs out after ten minutes, as its ticket does', async () => {
    const bench = openTestTidelock();
    const alice = await enrollAccount(bench);
    const ticket = await alice.ticket();
    bench.clock.advance(600);
    expect(await bench.tidelock.verify('alice', { code: alice.code(), ticket })).toMatchObject({
      reason: 'expired',
    });
    const proof = await alice.proof('login');
    bench.clock.advance(600);
    expect(await bench.tidelock.redeem('alice', { proof, purpose: 'login' })).toMatchObject({
      outcome: 'rejected',
    });
  });

  test('C5 a verification without a ticket lifts nothing', async () => {
    const bench = openTestTidelock();
    const alice = await enrollAccount(bench);
    const verdict = await bench.tidelock.verify('alice', { code: alice.code() });
    if (verdict.outcome !== 'accepted') throw new Error(verdict.outcome);
    for (const purpose of ['login', 'manage']) {
      expect(await bench.tidelock.redeem('alice', { proof: verdict.proof, purpose })).toMatchObject({
        outcome: 'rejected',
      });
    }
    await expect(bench.tidelock.redeem('alice', { proof: verdict.proof, purpose: 'check' })).rejects.toThrow(
      RangeError,
    );
    const removal = bench.tidelock.revokeFactor('alice', alice.factorId, { proof: verdict.proof });
    await expect(removal).rejects.toMatchObject({ code: 'engine/proof-required' });
  });

  test('a ticket is spent with the code that it asked for', async () => {
    const bench = openTestTidelock();
    const alice = await enrollAccount(bench);
    const ticket = await alice.ticket();
    expect(await bench.tidelock.verify('alice', { code: alice.code(), ticket })).toMatchObject(accepted);
    bench.clock.advance(30);
    expect(await bench.tidelock.verify('alice', { code: alice.code(), ticket })).toMatchObject({
      reason: 'expired',
    });
  });
});
