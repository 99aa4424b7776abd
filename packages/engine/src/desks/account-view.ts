import { guessRule, statusOf, type Account, type AccountStatus } from '../account/account.ts';
import { codesLeft } from '../account/backup-codes.ts';
import { viewFactor, type FactorView } from '../account/factor.ts';
import { lockEnd } from '../account/throttle.ts';
import type { DecisionContext } from '../decisions/decision.ts';

/** What the application may show of an account. */
export interface AccountView {
  readonly id: string;
  readonly status: AccountStatus;
  readonly factors: readonly FactorView[];
  readonly backupCodesLeft: number;
  /** Seconds since the epoch; null where it is not locked. */
  readonly lockedUntil: number | null;
  /** Sessions of the application that began before then are over, seconds since the epoch; null where nothing has ended any. */
  readonly sessionsEndedAt: number | null;
}

/** The account as an application sees it. */
export function viewAccount(id: string, record: Account, { policy, now }: DecisionContext): AccountView {
  const until = lockEnd(record.throttle, guessRule(policy), now);
  return {
    id,
    status: statusOf(record, policy, now),
    factors: record.factors.map(viewFactor),
    backupCodesLeft: codesLeft(record.backupCodes),
    lockedUntil: until > now ? until : null,
    sessionsEndedAt: record.sessionsEndedAt,
  };
}
