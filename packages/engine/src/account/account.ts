import type { Policy } from '../policy.ts';
import type { BackupCodeSet } from './backup-codes.ts';
import { clipContacts, type Contacts } from './contacts.ts';
import type { Factor } from './factor.ts';
import { clipRecovery, type Recovery } from './recovery.ts';
import { clipThrottle, freshThrottle, isLocked, type Throttle, type ThrottleRule } from './throttle.ts';
import { keepOpen, type Proof, type Ticket } from './ticket.ts';

/** All that the second factor of one user is. It is a value: a decision makes a new one. */
export interface Account {
  /** The version of this shape; `account-record.ts` reads every older one. */
  readonly format: 1;
  readonly factors: readonly Factor[];
  readonly backupCodes: BackupCodeSet | null;
  /** Failures on everything that can be guessed. */
  readonly throttle: Throttle;
  /** Failures on what cannot be guessed: it has a throttle of its own, so that a stolen password cannot lock the owner out (B11). */
  readonly strongThrottle: Throttle;
  readonly tickets: readonly Ticket[];
  readonly proofs: readonly Proof[];
  /** When the budget of openings is whole again, seconds since the epoch (a leaky bucket in one number). */
  readonly openingsFreeAt: number;
  readonly recovery: Recovery | null;
  /** Where notices go; null where nobody has said it. */
  readonly contacts: Contacts | null;
  /** The sequence of the last audit event. */
  readonly eventCount: number;
  /** The link of that event; empty before the first. */
  readonly eventLink: string;
}

export type AccountStatus = 'none' | 'pending' | 'active' | 'locked' | 'disabled';

/** An account of which nothing is known. */
export const unknownAccount: Account = Object.freeze({
  format: 1,
  factors: [],
  backupCodes: null,
  throttle: freshThrottle,
  strongThrottle: freshThrottle,
  tickets: [],
  proofs: [],
  openingsFreeAt: 0,
  recovery: null,
  contacts: null,
  eventCount: 0,
  eventLink: '',
});

/** The throttle of codes that can be guessed. */
export function guessRule(policy: Policy): ThrottleRule {
  const { failuresBeforeLock, lockSeconds, lockSecondsMax } = policy;
  return { failuresBeforeLock, lockSeconds, lockSecondsMax, growth: 2 };
}

/** The throttle of codes of 64 bits and more. */
export function strongRule(policy: Policy): ThrottleRule {
  const { strongFailuresBeforeLock, strongLockSeconds } = policy;
  return {
    failuresBeforeLock: strongFailuresBeforeLock,
    lockSeconds: strongLockSeconds,
    lockSecondsMax: strongLockSeconds,
    growth: 1,
  };
}

/** Whether a second factor is asked for: a factor that failures disabled still is one, and no free pass. */
export function isEnrolled(account: Account): boolean {
  return account.factors.some((factor) => factor.status !== 'pending');
}

/** The account with one factor as it is now. */
export function replaceFactor(account: Account, factor: Factor): Account {
  return { ...account, factors: account.factors.map((other) => (other.id === factor.id ? factor : other)) };
}

/** What the application is told. */
export function statusOf(account: Account, now: number): AccountStatus {
  const { factors } = account;
  if (!isEnrolled(account)) return factors.length > 0 ? 'pending' : 'none';
  if (!factors.some((factor) => factor.status === 'active')) return 'disabled';
  return isLocked(account.throttle, now) ? 'locked' : 'active';
}

/**
 * The account as it stands at this moment: without what has run out, and with every instant that a jump of the clock
 * has put too far off clipped to its own maximum (F3). The same object where nothing changes.
 */
export function settle(account: Account, policy: Policy, now: number): Account {
  const settled: Account = {
    ...account,
    factors: keepLivingFactors(account.factors, policy.pendingFactorSeconds, now),
    throttle: clipThrottle(account.throttle, guessRule(policy), now),
    strongThrottle: clipThrottle(account.strongThrottle, strongRule(policy), now),
    tickets: keepOpen(account.tickets, policy.ticketSeconds, now),
    proofs: keepOpen(account.proofs, policy.proofSeconds, now),
    openingsFreeAt: Math.min(account.openingsFreeAt, now + policy.openingsBurst * policy.openingSeconds),
    recovery: account.recovery && clipRecovery(account.recovery, policy.recoveryWaitSeconds, now),
    contacts:
      account.contacts &&
      clipContacts(account.contacts, policy.contactChangesBurst * policy.contactChangeSeconds, now),
  };
  const same = (Object.keys(settled) as (keyof Account)[]).every(
    (field) => settled[field] === account[field],
  );
  return same ? account : settled;
}

function keepLivingFactors(
  factors: readonly Factor[],
  pendingSeconds: number,
  now: number,
): readonly Factor[] {
  const latest = Math.ceil(now) + pendingSeconds;
  if (factors.every(({ expiresAt }) => expiresAt === null || (expiresAt > now && expiresAt <= latest)))
    return factors;
  return factors
    .filter(({ expiresAt }) => expiresAt === null || expiresAt > now)
    .map((factor) =>
      factor.expiresAt !== null && factor.expiresAt > latest ? { ...factor, expiresAt: latest } : factor,
    );
}
