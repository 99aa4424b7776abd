import { countingLimiter, virtualClock } from '@tidelock/engine/testing';
import { describe, expect, test } from 'vitest';
import { createAttemptGuard, defaultAttemptBudgets, type AttemptKind } from './attempt-guard.ts';

const kinds: readonly AttemptKind[] = ['signIn', 'registration', 'recovery', 'link'];
const request = new Request('http://localhost:3000/login');
const near = { remoteAddress: '192.0.2.1' };

function open() {
  const limiter = countingLimiter(virtualClock());
  return {
    limiter,
    guard: createAttemptGuard({ limiter, budgets: defaultAttemptBudgets, trustProxy: false }),
  };
}

describe('attempts of one address', () => {
  test.each(kinds)('B3 of the kind %s end with their budget, and say how long', async (kind) => {
    const { guard } = open();
    const { points, seconds } = defaultAttemptBudgets[kind];
    for (let time = 0; time < points; time += 1) await guard.admit(request, near, kind);
    await expect(guard.admit(request, near, kind)).rejects.toMatchObject({
      code: 'engine/too-many-attempts',
      retryAfterSeconds: seconds,
    });
    await guard.admit(request, { remoteAddress: '192.0.2.2' }, kind);
  });

  test('each kind has a budget of its own, and what is given back does not count', async () => {
    const { guard } = open();
    for (let time = 0; time < 100; time += 1) await (await guard.admit(request, near, 'signIn')).giveBack();
    for (let time = 0; time < 20; time += 1) await guard.admit(request, near, 'recovery');
    await guard.admit(request, near, 'registration');
  });

  test('requests of which nobody knows where they come from share one budget', async () => {
    const { guard, limiter } = open();
    await guard.admit(request, undefined, 'signIn');
    await guard.admit(request, {}, 'signIn');
    expect(limiter.asked).toEqual(['page-sign-in unknown', 'page-sign-in unknown']);
  });
});

describe('E4 where the limiter is down', () => {
  test.each(kinds.filter((kind) => kind !== 'link'))(
    'nothing of the kind %s is let through',
    async (kind) => {
      const { guard, limiter } = open();
      limiter.state = 'throws';
      await expect(guard.admit(request, near, kind)).rejects.toMatchObject({
        code: 'engine/limiter-unavailable',
        retryAfterSeconds: 5,
      });
    },
  );

  test('one that hangs has refused after two seconds', async () => {
    const { guard, limiter } = open();
    limiter.state = 'hangs';
    const began = performance.now();
    await expect(guard.admit(request, near, 'signIn')).rejects.toMatchObject({
      code: 'engine/limiter-unavailable',
    });
    expect(performance.now() - began).toBeLessThan(4_000);
  });

  test('an owner still stops what a thief has begun, by the link of a mail', async () => {
    const { guard, limiter } = open();
    limiter.state = 'throws';
    await guard.admit(request, near, 'link');
  });
});

test('without a limiter nobody is counted', async () => {
  const guard = createAttemptGuard({
    limiter: undefined,
    budgets: defaultAttemptBudgets,
    trustProxy: false,
  });
  for (let time = 0; time < 100; time += 1) await guard.admit(request, near, 'signIn');
});
