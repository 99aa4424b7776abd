import { createHmac } from 'node:crypto';
import type { Budget, RateLimiter, Spending } from '@tidelock/engine';
import { RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible';

/** What a limiter of one engine is made of. */
export interface LimiterParts {
  /** What keys are hashed with: the same in all processes that share the counts. */
  readonly secret: string;
  /** The library's own limiter for one budget; what it throws is a limiter that is down, and it is asked again at the next call. */
  readonly open: (budget: Budget) => Promise<RateLimiterAbstract> | RateLimiterAbstract;
  /** After a fault: lets go of what may be broken. */
  readonly reset?: () => void;
  readonly close?: () => void;
}

/** Budgets are numbers of the program, and no key is one: there are a handful. */
const budgetsMax = 100;

/** Half of the hash: keys are short, and nobody can make two that are one. */
const keyLength = 32;

/**
 * A limiter on the library's. It throws where its engine fails: `guardLimiter` of the engine makes that a refusal.
 * No `insuranceLimiter`, which would let every process count for itself while the engine is down (E4).
 */
export function flexibleLimiter({ secret, open, reset, close }: LimiterParts): RateLimiter {
  const limiters = new Map<string, RateLimiterAbstract>();
  const limiterOf = async (budget: Budget): Promise<RateLimiterAbstract> => {
    const name = `${budget.name} ${budget.points} ${budget.seconds}`;
    const known = limiters.get(name);
    if (known !== undefined) return known;
    assertBudget(budget);
    if (limiters.size >= budgetsMax) throw new RangeError(`A limiter has at most ${budgetsMax} budgets.`);
    const opened = await open(budget);
    limiters.set(name, opened);
    return opened;
  };
  const forget = (): void => {
    limiters.clear();
    reset?.();
  };
  // SECURITY: C15, C16, nobody reads in a database whom it counts, and nobody tries addresses on it who has not the keys.
  const hashOf = (key: string): string =>
    createHmac('sha256', secret).update(key).digest('base64url').slice(0, keyLength);
  return {
    async spend(key, budget) {
      try {
        const limiter = await limiterOf(budget);
        return await spendOne(limiter, hashOf(key), budget);
      } catch (error) {
        forget();
        throw error;
      }
    },
    async giveBack(key, budget) {
      await (await limiterOf(budget)).reward(hashOf(key));
    },
    async close() {
      close?.();
    },
  };
}

/** One point. @throws what the engine throws */
async function spendOne(limiter: RateLimiterAbstract, key: string, { seconds }: Budget): Promise<Spending> {
  const wait = await consume(limiter, key);
  if (wait === null) return { outcome: 'allowed' };
  // SECURITY: F3, a window that ends further ahead than two of its kind was begun by a clock that had jumped: it begins anew.
  if (wait > 2 * seconds) {
    await limiter.delete(key);
    const again = await consume(limiter, key);
    if (again === null) return { outcome: 'allowed' };
  }
  return { outcome: 'refused', reason: 'spent', retryAfterSeconds: Math.min(wait, seconds) };
}

/** Null where the point was there, else the seconds until there is one. */
async function consume(limiter: RateLimiterAbstract, key: string): Promise<number | null> {
  try {
    await limiter.consume(key);
    return null;
  } catch (error) {
    if (error instanceof RateLimiterRes) return Math.max(error.msBeforeNext, 1) / 1000;
    throw error;
  }
}

function assertBudget({ name, points, seconds }: Budget): void {
  if (!/^[a-z][a-z-]{0,40}$/.test(name)) throw new RangeError('The name of a budget is of a-z and dashes.');
  if (!isWithin(points, 1_000_000_000) || !isWithin(seconds, 24 * 60 * 60))
    throw new RangeError('A budget has 1 to 1,000,000,000 points in 1 to 86,400 seconds.');
}

function isWithin(value: number, most: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= most;
}

/** What the limiters of all engines are told of a budget. */
export interface LibraryOptions {
  readonly keyPrefix: string;
  readonly points: number;
  readonly duration: number;
  readonly inMemoryBlockOnConsumed: number;
}

/** `prefix` is what keys begin with, for engines in which several stores share one space of names. */
export function optionsOf({ name, points, seconds }: Budget, prefix = 'tidelock'): LibraryOptions {
  return {
    keyPrefix: `${prefix}:limit:${name}`,
    points,
    duration: seconds,
    // A key that is over its budget is refused here until its window is over: a flood asks the database once.
    inMemoryBlockOnConsumed: points + 1,
  };
}
