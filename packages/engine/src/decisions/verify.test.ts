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

describe('the count of guesses', () => {
  test('S06 B1 after five failures even the right code is refused, for a while', async () => {
    const bench = openTestTidelock();
    const { code, wrongCode } = await enrollAccount(bench);
    for (let left = 4; left >= 0; left -= 1) {
      expect(await bench.tidelock.verify('alice', { code: wrongCode() })).toMatchObject({
        attemptsLeft: left,
      });
    }
    const locked = { outcome: 'locked', until: bench.clock.now() + 60 };
    expect(await bench.tidelock.verify('alice', { code: code() })).toEqual(locked);
    expect(await bench.tidelock.account('alice')).toMatchObject({
      status: 'locked',
      lockedUntil: locked.until,
    });
    bench.clock.advance(60);
    expect(await bench.tidelock.verify('alice', { code: code() })).toMatchObject(accepted);
    expect(await bench.tidelock.verify('alice', { code: wrongCode() })).toMatchObject({ attemptsLeft: 4 });
  });

  test('B2 RATE-03 a thousand challenges do not give one more guess', async () => {
    const bench = openTestTidelock();
    const { wrongCode, ticket } = await enrollAccount(bench);
    let judged = 0;
    for (let round = 0; round < 1000; round += 1) {
      bench.clock.advance(2);
      const verdict = await bench.tidelock.verify('alice', { code: wrongCode(), ticket: await ticket() });
      if (verdict.outcome === 'rejected') judged += 1;
    }
    // 2,000 seconds: five at once, and then one after 60, 120, 240, 480 and 960 seconds.
    expect(judged).toBe(10);
  });

  test('B4 neither a new challenge nor an activation nor a backup code clears the count', async () => {
    const bench = openTestTidelock();
    const { wrongCode, ticket, backupCodes, code } = await enrollAccount(bench);
    const proof = await (async () => {
      const verdict = await bench.tidelock.verify('alice', { code: code(), ticket: await ticket('manage') });
      return verdict.outcome === 'accepted' ? verdict.proof : '';
    })();
    for (let count = 0; count < 3; count += 1) await bench.tidelock.verify('alice', { code: wrongCode() });
    await ticket();
    expect(await bench.tidelock.verify('alice', { code: backupCodes[0] })).toMatchObject(accepted);
    const second = await bench.tidelock.totp.enroll('alice', { proof });
    const { Totp } = await import('@tidelock/otp');
    const activationCode = new Totp(second.secret).generate({ at: bench.clock.now() });
    expect(
      await bench.tidelock.activate('alice', { factorId: second.factor.id, code: activationCode }),
    ).toMatchObject(accepted);
    expect(await bench.tidelock.verify('alice', { code: wrongCode() })).toMatchObject({ attemptsLeft: 1 });
  });

  test('B9 wrong codes at activation count with the others', async () => {
    const bench = openTestTidelock();
    const { factor } = await bench.tidelock.totp.enroll('alice');
    for (let left = 4; left >= 0; left -= 1) {
      const verdict = await bench.tidelock.activate('alice', {
        factorId: factor.id,
        code: left % 2 === 0 ? '00000' : '!',
      });
      expect(verdict).toMatchObject({ outcome: 'rejected', attemptsLeft: left });
    }
    expect(await bench.tidelock.activate('alice', { factorId: factor.id, code: '000000' })).toMatchObject({
      outcome: 'locked',
    });
    expect(await bench.tidelock.verify('alice', { code: '000000' })).toMatchObject({ outcome: 'locked' });
  });

  test('B7 of 500 wrong codes at once no more are judged than the limit', async () => {
    const bench = openTestTidelock();
    const { wrongCode } = await enrollAccount(bench);
    const code = wrongCode();
    const verdicts = await Promise.all(
      Array.from({ length: 500 }, () => bench.tidelock.verify('alice', { code })),
    );
    expect(verdicts.filter(({ outcome }) => outcome === 'rejected')).toHaveLength(5);
    expect(verdicts.filter(({ outcome }) => outcome === 'locked')).toHaveLength(495);
    const { items } = await bench.tidelock.events('alice', { limit: 100 });
    expect(items.filter(({ kind }) => kind === 'attempt-refused-while-locked')).toHaveLength(1);
  });

  test('B11 a lock on guesses lets a backup code of 80 bits pass, and failures with those do not lock the app', async () => {
    const bench = openTestTidelock();
    const { code, wrongCode, backupCodes, ticket } = await enrollAccount(bench);
    for (let count = 0; count < 6; count += 1) await bench.tidelock.verify('alice', { code: wrongCode() });
    expect(
      await bench.tidelock.verify('alice', { code: backupCodes[0], ticket: await ticket() }),
    ).toMatchObject({
      outcome: 'accepted',
      method: 'backupCode',
      factorId: null,
    });
    bench.clock.advance(60);
    for (let count = 0; count < 10; count += 1) {
      expect(await bench.tidelock.verify('alice', { code: '0000-0000-0000-0000' })).toMatchObject(wrong);
    }
    expect(await bench.tidelock.verify('alice', { code: backupCodes[1] })).toEqual({
      outcome: 'locked',
      until: bench.clock.now() + 30,
    });
    expect(await bench.tidelock.verify('alice', { code: code() })).toMatchObject(accepted);
  });

  test('RATE-01 after a hundred failures in a row the factor is disabled, and is no free pass', async () => {
    const bench = openTestTidelock();
    const { code, wrongCode, factorId, backupCodes, ticket } = await enrollAccount(bench);
    for (let count = 0; count < 100; count += 1) {
      bench.clock.advance(3600);
      expect(await bench.tidelock.verify('alice', { code: wrongCode() })).toMatchObject(wrong);
    }
    bench.clock.advance(3600);
    expect(await bench.tidelock.account('alice')).toMatchObject({
      status: 'disabled',
      factors: [{ id: factorId, status: 'disabled' }],
    });
    expect(await bench.tidelock.verify('alice', { code: code() })).toMatchObject(wrong);
    await bench.tidelock.unlock('alice', { actor: 'admin', reason: 'asked for' });
    expect(await bench.tidelock.verify('alice', { code: code() })).toMatchObject(wrong);
    expect(await bench.tidelock.challenge('alice')).toMatchObject({
      required: true,
      methods: [{ kind: 'backupCode' }],
    });
    const login = await bench.tidelock.verify('alice', { code: backupCodes[0], ticket: await ticket() });
    expect(login).toMatchObject(accepted);
  });

  test('S07 B8 an unknown account counts and locks just as a known one does', async () => {
    const bench = openTestTidelock();
    const answers = [];
    for (let count = 0; count < 6; count += 1)
      answers.push(await bench.tidelock.verify('nobody', { code: '123456' }));
    expect(answers.map(({ outcome }) => outcome)).toEqual([...Array(5).fill('rejected'), 'locked']);
    expect(await bench.tidelock.account('nobody')).toMatchObject({ status: 'none', factors: [] });
  });

  test('F3 a clock that jumps a day forward and back locks nobody for a day', async () => {
    const bench = openTestTidelock();
    const { code, wrongCode } = await enrollAccount(bench);
    bench.clock.advance(86_400);
    for (let count = 0; count < 5; count += 1) await bench.tidelock.verify('alice', { code: wrongCode() });
    bench.clock.advance(-86_400);
    expect(await bench.tidelock.verify('alice', { code: code() })).toEqual({
      outcome: 'locked',
      until: bench.clock.now() + 60,
    });
    bench.clock.advance(61);
    expect(await bench.tidelock.verify('alice', { code: code() })).toMatchObject(accepted);
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
