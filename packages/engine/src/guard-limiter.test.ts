import { expect, test } from 'vitest';
import { guardLimiter, limiterGuardLimits } from './guard-limiter.ts';
import type { RateLimiter, Spending } from './ports/rate-limiter.ts';
import { countingLimiter } from './testing/counting-limiter.ts';
import { virtualClock } from './testing/virtual-clock.ts';
import { virtualTimer } from './testing/virtual-timer.ts';

const budget = { name: 'test', points: 2, seconds: 60 };
const unavailable = { outcome: 'refused', reason: 'unavailable', retryAfterSeconds: 5 };

function guarded(inner?: Partial<RateLimiter>) {
  const clock = virtualClock();
  const timer = virtualTimer(clock);
  const limiter = countingLimiter(clock);
  return { clock, timer, limiter, guard: guardLimiter({ ...limiter, ...inner }, timer) };
}

test('what is allowed and what is spent comes through', async () => {
  const { guard } = guarded();
  expect(await guard.spend('a', budget)).toEqual({ outcome: 'allowed' });
  expect(await guard.spend('a', budget)).toEqual({ outcome: 'allowed' });
  expect(await guard.spend('a', budget)).toEqual({
    outcome: 'refused',
    reason: 'spent',
    retryAfterSeconds: 60,
  });
  expect(await guard.spend('b', budget)).toEqual({ outcome: 'allowed' });
});

test.each<readonly [string, () => unknown]>([
  ['throws', () => raise()],
  ['rejects', async () => raise()],
  ['answers nothing', async () => undefined],
  ['answers true', async () => true],
  ['answers an empty object', async () => ({})],
  ['answers with an outcome of its own', async () => ({ outcome: 'ok' })],
  ['answers with no time', async () => ({ outcome: 'refused', reason: 'spent' })],
  ['answers with a time that is none', async () => ({ outcome: 'refused', retryAfterSeconds: Number.NaN })],
])('E4 a limiter that %s refuses', async (_, spend) => {
  const { guard } = guarded({ spend: spend as RateLimiter['spend'] });
  expect(await guard.spend('a', budget)).toEqual(unavailable);
});

test('E4 one that hangs has refused after two seconds, and what it says later counts for nothing', async () => {
  const late = Promise.withResolvers<Spending>();
  const { guard, timer } = guarded({ spend: () => late.promise });
  let answer: Spending | null = null;
  const asked = guard.spend('a', budget).then((spending) => (answer = spending));
  await timer.pass(limiterGuardLimits.answerSeconds - 0.1);
  expect(answer).toBeNull();
  await timer.pass(0.2);
  late.resolve({ outcome: 'allowed' });
  await asked;
  expect(answer).toEqual(unavailable);
});

test('E4 one that hangs when something is given back is waited for no longer either', async () => {
  const { guard, timer } = guarded({ giveBack: () => new Promise(() => undefined) });
  let isDone = false;
  const given = guard.giveBack('a', budget).then(() => (isDone = true));
  await timer.pass(limiterGuardLimits.answerSeconds - 0.1);
  expect(isDone).toBe(false);
  await timer.pass(0.2);
  await given;
});

test('what it threw is told to the operator, and to nobody else', async () => {
  const clock = virtualClock();
  const limiter = { ...countingLimiter(clock), spend: async () => raise() };
  const faults: unknown[] = [];
  const guard = guardLimiter(limiter, virtualTimer(clock), (error) => faults.push(error));
  expect(await guard.spend('a', budget)).toEqual(unavailable);
  expect(faults).toEqual([new Error('down')]);
});

test('giving back never fails', async () => {
  const { guard } = guarded({ giveBack: async () => raise() });
  await guard.giveBack('a', budget);
});

function raise(): never {
  throw new Error('down');
}
