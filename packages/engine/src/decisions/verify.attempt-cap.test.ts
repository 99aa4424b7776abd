import { describe, expect, test } from 'vitest';
import { enrollAccount, openTestTidelock } from '../testing/enrolled-account.ts';

const accepted = { outcome: 'accepted' };
const wrong = { outcome: 'rejected', reason: 'wrong' };

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
    const { wrongCode, ticket, backupCodes, code, factorId } = await enrollAccount(bench);
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
    expect(await bench.tidelock.verify('alice', { code: wrongCode(), factorId })).toMatchObject({
      attemptsLeft: 1,
    });
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
    for (let count = 0; count < 30; count += 1) {
      expect(await bench.tidelock.verify('alice', { code: '0000-0000-0000-0000' })).toMatchObject(wrong);
    }
    // However many strong codes were wrong: the owner's is still judged, and the count of guesses is as it was.
    expect(await bench.tidelock.verify('alice', { code: backupCodes[1] })).toMatchObject(accepted);
    bench.clock.advance(120);
    expect(await bench.tidelock.verify('alice', { code: code() })).toMatchObject(accepted);
  });

  test('B11 a thief with the password, who polls with a ticket, keeps no owner with a backup code out', async () => {
    const bench = openTestTidelock();
    const { backupCodes, wrongCode, ticket } = await enrollAccount(bench);
    const thief = await ticket();
    const owner = await ticket();
    for (let second = 0; second < 60; second += 1) {
      bench.clock.advance(1);
      await bench.tidelock.verify('alice', { code: wrongCode(), ticket: thief });
      await bench.tidelock.verify('alice', { code: '0000-0000-0000-0000', ticket: thief });
    }
    const verdict = await bench.tidelock.verify('alice', { code: backupCodes[0], ticket: owner });
    expect(verdict).toMatchObject({ outcome: 'accepted', method: 'backupCode' });
  });

  test('B2 a ticket dies of its fifth wrong code: whoever goes on needs the first factor again', async () => {
    const bench = openTestTidelock();
    const { backupCodes, ticket } = await enrollAccount(bench);
    const thief = await ticket();
    for (let count = 0; count < 5; count += 1) {
      expect(
        await bench.tidelock.verify('alice', { code: '0000-0000-0000-0000', ticket: thief }),
      ).toMatchObject(wrong);
    }
    const late = await bench.tidelock.verify('alice', { code: backupCodes[0], ticket: thief });
    expect(late).toMatchObject({ outcome: 'rejected', reason: 'expired' });
  });

  test('F3 two servers whose clocks differ by an hour do not judge one guess after another', async () => {
    const bench = openTestTidelock();
    const { wrongCode } = await enrollAccount(bench);
    const ahead = openTestTidelock({ store: bench.store });
    ahead.clock.set(bench.clock.now() + 3600);
    const code = wrongCode();
    let judged = 0;
    for (let turn = 0; turn < 400; turn += 1) {
      for (const { tidelock } of [bench, ahead]) {
        if ((await tidelock.verify('alice', { code })).outcome === 'rejected') judged += 1;
      }
    }
    expect(judged).toBeLessThanOrEqual(10);
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
