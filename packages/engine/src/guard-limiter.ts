import type { RateLimiter, Spending } from './ports/rate-limiter.ts';
import type { Timer } from './ports/timer.ts';

export const limiterGuardLimits = {
  /** What an answer is waited for: a page can wait no longer, and a message waits in the outbox. */
  answerSeconds: 2,
  /** After a limiter that was down, whoever is refused is told to come again then. */
  retrySeconds: 5,
} as const;

const unavailable: Spending = Object.freeze({
  outcome: 'refused',
  reason: 'unavailable',
  retryAfterSeconds: limiterGuardLimits.retrySeconds,
});

/**
 * A limiter that always answers, and in time. SECURITY: rule 3, E4, whatever it throws, however long it hangs and whatever it
 * answers besides `allowed` is a refusal (`guard-limiter.test.ts`). `onFault` hears what it threw, for the operator.
 */
export function guardLimiter(
  limiter: RateLimiter,
  timer: Timer,
  onFault: (error: unknown) => void = () => undefined,
): RateLimiter {
  return {
    async spend(key, budget) {
      const late = Promise.withResolvers<Spending>();
      const cancel = timer.after(limiterGuardLimits.answerSeconds, () => late.resolve(unavailable));
      try {
        // What throws at once is one that rejects.
        const asked = (async () => limiter.spend(key, budget))().catch((error: unknown) => {
          onFault(error);
          return unavailable;
        });
        const spending = await Promise.race([asked, late.promise]);
        return isSpending(spending) ? spending : unavailable;
      } finally {
        cancel();
      }
    },
    async giveBack(key, budget) {
      const late = Promise.withResolvers<void>();
      const cancel = timer.after(limiterGuardLimits.answerSeconds, late.resolve);
      try {
        await Promise.race([(async () => limiter.giveBack(key, budget))(), late.promise]);
      } catch {
        // The budget is one smaller until its window is over.
      } finally {
        cancel();
      }
    },
    close: () => limiter.close(),
  };
}

/** Limiters are written by others, too. */
function isSpending(spending: Spending | undefined): spending is Spending {
  if (spending?.outcome === 'allowed') return true;
  return spending?.outcome === 'refused' && spending.retryAfterSeconds >= 0;
}
