import type { Account } from '../account/account.ts';
import { TidelockError } from '../tidelock-error.ts';
import type { DecisionContext } from './decision.ts';

/**
 * Takes one opening from the account's budget, of challenges or of enrollments: a burst, and then one each so many seconds.
 *
 * @throws TidelockError `engine/rate-limited`
 */
export function takeOpening(
  account: Account,
  budget: 'challengesFreeAt' | 'enrollmentsFreeAt',
  { policy, now }: DecisionContext,
): Account {
  const { openingsBurst, openingSeconds } = policy;
  const freeAt = Math.max(account[budget], now) + openingSeconds;
  const wait = freeAt - now - openingsBurst * openingSeconds;
  if (wait > 0) throw new TidelockError('engine/rate-limited', { retryAfterSeconds: Math.ceil(wait) });
  return { ...account, [budget]: freeAt };
}
