import type { RateLimiterAbstract } from 'rate-limiter-flexible';

/** A limiter of an engine that forgets nothing by itself. */
type Forgetful = RateLimiterAbstract & { clearExpired(before: number): Promise<void> };

const cleanEveryMilliseconds = 10 * 60 * 1000;

/** Has a limiter delete the windows that are over, every ten minutes in which it is asked; no timer keeps anything alive. */
export function cleanNowAndThen(limiter: RateLimiterAbstract): RateLimiterAbstract {
  const forgetful = limiter as Forgetful;
  let cleanedAt = Date.now();
  const consume = limiter.consume.bind(limiter);
  limiter.consume = (...asked) => {
    const now = Date.now();
    if (now - cleanedAt > cleanEveryMilliseconds) {
      cleanedAt = now;
      // What fails is done ten minutes later; the windows that are over count for nothing meanwhile.
      forgetful.clearExpired(now).catch(() => undefined);
    }
    return consume(...asked);
  };
  return limiter;
}
