import type { Budget, RateLimiter, Spending } from '../ports/rate-limiter.ts';
import type { Clock } from '../ports/clock.ts';

/** A limiter for tests, by their clock, which can be down and says what was spent. */
export interface CountingLimiter extends RateLimiter {
  /** `well`, or how it fails. */
  state: 'well' | 'throws' | 'hangs';
  /** Every budget and key that was asked for, in order. */
  readonly asked: readonly string[];
}

export function countingLimiter(clock: Clock): CountingLimiter {
  const windows = new Map<string, { spent: number; endsAt: number }>();
  const asked: string[] = [];
  const windowOf = (key: string, { name, seconds }: Budget) => {
    const known = windows.get(`${name} ${key}`);
    if (known !== undefined && known.endsAt > clock.now()) return known;
    const begun = { spent: 0, endsAt: clock.now() + seconds };
    windows.set(`${name} ${key}`, begun);
    return begun;
  };
  return {
    state: 'well',
    asked,
    async spend(key, budget): Promise<Spending> {
      asked.push(`${budget.name} ${key}`);
      if (this.state === 'throws') throw new Error('the limiter is down');
      if (this.state === 'hangs') return new Promise(() => undefined);
      const window = windowOf(key, budget);
      window.spent += 1;
      if (window.spent <= budget.points) return { outcome: 'allowed' };
      return { outcome: 'refused', reason: 'spent', retryAfterSeconds: window.endsAt - clock.now() };
    },
    async giveBack(key, budget) {
      if (this.state !== 'well') throw new Error('the limiter is down');
      windowOf(key, budget).spent -= 1;
    },
    close: async () => undefined,
  };
}
