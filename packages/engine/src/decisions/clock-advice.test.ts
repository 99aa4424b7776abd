import { describe, expect, test } from 'vitest';
import type { Random } from '../ports/random.ts';
import { enrollAccount, openTestTidelock } from '../testing/enrolled-account.ts';

/** Among 2,880 steps one in 350 codes is found by chance: the secrets are the same in every run. */
function seededRandom(): Random {
  let state = 20_261_122;
  return {
    bytes: (length) =>
      Uint8Array.from({ length }, () => {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        return state >>> 24;
      }),
  };
}

const refused = { outcome: 'rejected', reason: 'wrong', attemptsLeft: 4 };
const hour = 120;

describe('the advice to set the clock', () => {
  test('S28 is given for a code that is right minutes or hours off, which is refused and counted all the same', async () => {
    for (const off of [-12 * hour, -hour, -4, 4, hour, 12 * hour]) {
      const bench = openTestTidelock({ random: seededRandom() });
      const { code, ticket } = await enrollAccount(bench);
      bench.clock.advance(86_400);
      const verdict = await bench.tidelock.verify('alice', { code: code(off), ticket: await ticket() });
      expect(verdict, `${off}`).toEqual({ ...refused, advice: 'set-clock' });
      const { items } = await bench.tidelock.events('alice', { limit: 1 });
      expect(items[0]).toMatchObject({ kind: 'verification-rejected', reason: 'clock-off' });
    }
  });

  test('S28 is never given without an open ticket, for a wrong, a spent or a far too old code', async () => {
    const bench = openTestTidelock({ random: seededRandom() });
    const { code, ticket } = await enrollAccount(bench);
    const verify = async (typed: string, withTicket = true) => {
      await bench.tidelock.unlock('alice', { actor: 'test', reason: 'go on' });
      const open = withTicket ? { ticket: await ticket() } : {};
      return bench.tidelock.verify('alice', { code: typed, ...open });
    };
    bench.clock.advance(86_400);
    const spent = code();
    expect(await verify(spent)).toMatchObject({ outcome: 'accepted' });
    bench.clock.advance(3600);
    expect(await verify(code(-10), false)).toEqual(refused);
    expect(await verify(spent)).toEqual(refused);
    expect(await verify(code(-hour - 5))).toEqual(refused);
    expect(await verify(code(12 * hour + 2))).toEqual(refused);
    expect(await verify(code(-10))).toEqual({ ...refused, advice: 'set-clock' });
  });

  test('A10 S28 widens no window: the code is refused now, and in time to come it is refused for having been typed', async () => {
    const bench = openTestTidelock({ random: seededRandom() });
    const { code, ticket } = await enrollAccount(bench);
    const early = code(20);
    const verdict = await bench.tidelock.verify('alice', { code: early, ticket: await ticket() });
    expect(verdict).toEqual({ ...refused, advice: 'set-clock' });
    bench.clock.advance(600);
    // A guesser who was told that it will be right comes back with it, and finds it spent.
    expect(await bench.tidelock.verify('alice', { code: early, ticket: await ticket() })).toMatchObject({
      outcome: 'rejected',
      reason: 'wrong',
    });
    const { items } = await bench.tidelock.events('alice', { limit: 1 });
    expect(items[0]).toMatchObject({ reason: 'replayed' });
    bench.clock.advance(30);
    expect(await bench.tidelock.verify('alice', { code: code() })).toMatchObject({ outcome: 'accepted' });
  });

  test('S28 names one code of time to come at most until that time is there', async () => {
    const bench = openTestTidelock({ random: seededRandom() });
    const { code, ticket } = await enrollAccount(bench);
    const verify = async (typed: string) =>
      bench.tidelock.verify('alice', { code: typed, ticket: await ticket() });
    expect(await verify(code(20))).toHaveProperty('advice');
    expect(await verify(code(30))).not.toHaveProperty('advice');
    bench.clock.advance(601);
    expect(await verify(code(30))).toHaveProperty('advice');
  });

  test('S28 is not sought any more while an account is being guessed at', async () => {
    const bench = openTestTidelock({ random: seededRandom() });
    const { code, wrongCode, ticket } = await enrollAccount(bench);
    bench.clock.advance(86_400);
    for (let count = 0; count < 5; count += 1) await bench.tidelock.verify('alice', { code: wrongCode() });
    bench.clock.advance(60);
    const verdict = await bench.tidelock.verify('alice', { code: code(-hour), ticket: await ticket() });
    expect(verdict).toEqual({ ...refused, attemptsLeft: 0 });
  });
});
