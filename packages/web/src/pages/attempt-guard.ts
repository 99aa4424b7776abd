import {
  guardLimiter,
  systemTimer,
  TidelockError,
  type Budget,
  type RateLimiter,
  type Spending,
} from '@tidelock/engine';
import { clientAddress } from '../api/client-address.ts';
import type { Connection } from '../api/transport.ts';

/** What a stranger may attempt: each is counted by itself, for the address that it comes from. */
export type AttemptKind = 'signIn' | 'registration' | 'recovery' | 'link';

/** How many of each may come from one address. */
export type AttemptBudgets = { readonly [kind in AttemptKind]: Budget };

const minute = 60;

export const defaultAttemptBudgets: AttemptBudgets = Object.freeze({
  // Wrong passwords alone, since right ones are given back: an office of a hundred people has fewer, and a guesser 180 an hour.
  signIn: { name: 'page-sign-in', points: 30, seconds: 10 * minute },
  // Each makes a hash, a record and mails; a class that registers together may wait an hour.
  registration: { name: 'page-registration', points: 20, seconds: 60 * minute },
  // Each mails a code to somebody; of one account there are ten a day at most, whoever asks.
  recovery: { name: 'page-recovery', points: 20, seconds: 60 * minute },
  // Their tokens cannot be guessed: it keeps the work away that a flood makes.
  link: { name: 'page-link', points: 30, seconds: 10 * minute },
});

/** An attempt that was let through. */
export interface Attempt {
  /** It was right, and does not count. */
  giveBack(): Promise<void>;
}

/** Counts the attempts of strangers by their addresses. */
export interface AttemptGuard {
  /** @throws TidelockError `engine/too-many-attempts`, `engine/limiter-unavailable`, with the seconds to wait. */
  admit(request: Request, connection: Connection | undefined, kind: AttemptKind): Promise<Attempt>;
}

interface AttemptGuardOptions {
  readonly limiter: RateLimiter | undefined;
  readonly budgets: AttemptBudgets;
  readonly trustProxy: boolean;
  /** Hears what a limiter threw that is down. */
  readonly onFault?: (error: unknown) => void;
}

/** Requests of which nobody knows where they come from share one budget: pass the connection on. */
const nowhere = 'unknown';
const uncounted: Attempt = { giveBack: async () => undefined };

export function createAttemptGuard(options: AttemptGuardOptions): AttemptGuard {
  const { limiter, budgets, trustProxy, onFault } = options;
  if (limiter === undefined) return { admit: async () => uncounted };
  const guarded = guardLimiter(limiter, systemTimer, onFault);
  return {
    async admit(request, connection, kind) {
      const budget = budgets[kind];
      const address = clientAddress(request, connection, trustProxy) ?? nowhere;
      const spending = await guarded.spend(address, budget);
      if (spending.outcome === 'allowed') return { giveBack: () => guarded.giveBack(address, budget) };
      // A link stops what a thief has begun. It lets nobody in and mails nobody anything new: where nobody can count, it works.
      if (kind === 'link' && spending.reason === 'unavailable') return uncounted;
      throw refusalOf(spending);
    },
  };
}

/** SECURITY: rule 3, E4, where nobody can count, nobody is let through (`attempt-guard.test.ts`). */
function refusalOf({
  reason,
  retryAfterSeconds,
}: Exclude<Spending, { readonly outcome: 'allowed' }>): TidelockError {
  const code = reason === 'spent' ? 'engine/too-many-attempts' : 'engine/limiter-unavailable';
  return new TidelockError(code, { retryAfterSeconds: Math.ceil(retryAfterSeconds) });
}
