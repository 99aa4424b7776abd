/** How often something may happen for one key. */
export interface Budget {
  /** A word that tells it from the other budgets of one limiter: of a-z and dashes. */
  readonly name: string;
  /** So many in each window. */
  readonly points: number;
  /** The window, in whole seconds; it begins with the first that is spent. */
  readonly seconds: number;
}

/**
 * What became of asking. `unavailable` is a refusal, too: SECURITY: rule 3, E4, a limiter that is down lets nothing through that
 * costs money or reaches people.
 */
export type Spending =
  | { readonly outcome: 'allowed' }
  | {
      readonly outcome: 'refused';
      readonly reason: 'spent' | 'unavailable';
      /** After how many seconds, fractions included, another try may help. */
      readonly retryAfterSeconds: number;
    };

/**
 * Counts across accounts: what one recipient, one tenant or one address may cost. All processes that share its database share
 * its counts. What an account itself may cost stands in its record, and needs none of this.
 */
export interface RateLimiter {
  /**
   * Takes one from the budget of a key, at once and for all processes, or refuses. Keys may name people: an implementation keeps no
   * more of them than a keyed hash. It may reject, which is a refusal.
   */
  spend(key: string, budget: Budget): Promise<Spending>;
  /** Gives one back that was spent for nothing. Where it fails, the budget is a little smaller, and nothing is worse. */
  giveBack(key: string, budget: Budget): Promise<void>;
  /** Lets go of what it has opened itself. */
  close(): Promise<void>;
}
