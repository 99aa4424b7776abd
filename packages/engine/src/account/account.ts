import type { Checkpoint } from '../audit/checkpoint.ts';
import { trustSeconds, type Policy } from '../policy.ts';
import type { BackupCodeSet } from './backup-codes.ts';
import { clipContacts, type Contacts } from './contacts.ts';
import { neverNoticed, type LastNoticed } from './notice.ts';
import type { Factor } from './factor.ts';
import { neverLogged, type LastLogged } from './repeated-event.ts';
import type { MailedCode } from './mailed-code.ts';
import { settleRecovery, type Recovery } from './recovery.ts';
import type { Requirement } from './requirement.ts';
import { keepSends, type Sends } from './send-budget.ts';
import { freshThrottle, isLocked, noteTooFar, type Throttle, type ThrottleRule } from './throttle.ts';
import { keepOpen, type Proof, type Ticket } from './ticket.ts';
import { keepTrust, noTrust, type Trust } from './trusted-browser.ts';

/** All that the second factor of one user is. It is a value: a decision makes a new one. */
export interface Account {
  /** The version of this shape; `account-record.ts` reads every older one. */
  readonly format: 1;
  /** The epoch of the store that it was written in: `bring-to-epoch.ts` says what an older one means. */
  readonly epoch: number;
  readonly factors: readonly Factor[];
  readonly backupCodes: BackupCodeSet | null;
  /** Failures on everything that can be guessed. */
  readonly throttle: Throttle;
  /**
   * Failures in a row on codes of 64 bits and more. SECURITY: B11, they never lock, or a stolen password could lock the
   * owner out: what they cost is bounded where it is prepared, one hash at a time for an account.
   */
  readonly strongFailures: number;
  readonly tickets: readonly Ticket[];
  readonly proofs: readonly Proof[];
  /** When the budget of challenges is whole again, seconds since the epoch (a leaky bucket in one number). */
  readonly challengesFreeAt: number;
  /** The same for enrollments. */
  readonly enrollmentsFreeAt: number;
  readonly trust: Trust;
  /** How often the application has told of a new password. */
  readonly passwordChanges: number;
  readonly recovery: Recovery | null;
  /** Since when no recovery may be begun, because somebody said that one was not theirs; null where it may. */
  readonly recoveryFrozenAt: number | null;
  /** Whatever session of the application began before then is over; null where nothing has ended any. */
  readonly sessionsEndedAt: number | null;
  /** Whether this one account must have a second factor; null where its tenant's rule holds. */
  readonly requirement: Requirement | null;
  /** When it first signed in under a requirement: its time to enroll runs from then on. */
  readonly graceStartedAt: number | null;
  /** Where notices go; null where nobody has said it. */
  readonly contacts: Contacts | null;
  /** Codes that were mailed and may still be given. */
  readonly mailedCodes: readonly MailedCode[];
  readonly sends: Sends;
  readonly lastNoticed: LastNoticed;
  readonly lastLogged: LastLogged;
  /** The sequence of the event that says that all before it was erased; 0 where nothing was. */
  readonly erasedThrough: number;
  /** Stands for the events that retention has deleted; null where it has deleted none. */
  readonly eventCheckpoint: Checkpoint | null;
  /** The sequence of the last audit event. */
  readonly eventCount: number;
  /** The link of that event; empty before the first. */
  readonly eventLink: string;
}

export type AccountStatus = 'none' | 'pending' | 'active' | 'locked' | 'disabled';

/** An account of which nothing is known. */
export const unknownAccount: Account = Object.freeze({
  format: 1,
  epoch: 0,
  factors: [],
  backupCodes: null,
  throttle: freshThrottle,
  strongFailures: 0,
  tickets: [],
  proofs: [],
  challengesFreeAt: 0,
  enrollmentsFreeAt: 0,
  trust: noTrust,
  passwordChanges: 0,
  recovery: null,
  recoveryFrozenAt: null,
  sessionsEndedAt: null,
  requirement: null,
  graceStartedAt: null,
  contacts: null,
  mailedCodes: [],
  sends: [],
  lastNoticed: neverNoticed,
  lastLogged: neverLogged,
  erasedThrough: 0,
  eventCheckpoint: null,
  eventCount: 0,
  eventLink: '',
});

/** How the count of guesses locks. */
export function guessRule(policy: Policy): ThrottleRule {
  const { failuresBeforeLock, lockSeconds, lockSecondsMax } = policy;
  return { failuresBeforeLock, lockSeconds, lockSecondsMax };
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
export function statusOf(account: Account, policy: Policy, now: number): AccountStatus {
  const { factors } = account;
  if (!isEnrolled(account)) return factors.length > 0 ? 'pending' : 'none';
  if (!factors.some((factor) => factor.status === 'active')) return 'disabled';
  return isLocked(account.throttle, guessRule(policy), now) ? 'locked' : 'active';
}

/**
 * The account as it stands at this moment: without what has run out, and with every instant that a jump of the clock
 * has put too far off clipped to its own maximum (F3). The same object where nothing changes.
 */
export function settle(account: Account, policy: Policy, now: number): Account {
  // F3, as for contacts: what no budget could have set came from a clock that jumped, and is forgotten.
  const openingsLatest = now + 2 * policy.openingsBurst * policy.openingSeconds;
  const settled: Partial<Account> = {
    factors: keepLivingFactors(account.factors, policy.pendingFactorSeconds, now),
    throttle: noteTooFar(account.throttle, guessRule(policy), now),
    tickets: keepOpen(account.tickets, policy.ticketSeconds, now),
    proofs: keepOpen(account.proofs, policy.proofSeconds, now),
    challengesFreeAt: account.challengesFreeAt > openingsLatest ? 0 : account.challengesFreeAt,
    enrollmentsFreeAt: account.enrollmentsFreeAt > openingsLatest ? 0 : account.enrollmentsFreeAt,
    trust: keepTrust(account.trust, account, trustSeconds(policy), now),
    recovery: account.recovery && settleRecovery(account.recovery, policy, now),
    // F3: so is an end that is yet to come, and sessions that begin from now on are not of it.
    sessionsEndedAt: account.sessionsEndedAt && Math.min(account.sessionsEndedAt, Math.ceil(now)),
    // F3: a start that a wrong clock has put ahead is this moment.
    graceStartedAt: account.graceStartedAt && Math.min(account.graceStartedAt, now),
    mailedCodes: keepOpen(account.mailedCodes, policy.mailedCodeSeconds, now),
    sends: keepSends(account.sends, policy, now),
    contacts:
      account.contacts &&
      clipContacts(account.contacts, policy.contactChangesBurst * policy.contactChangeSeconds, now),
  };
  for (const member in settled) {
    // Most requests find nothing to settle: the record, which is large, is not copied for them.
    if (settled[member as keyof Account] !== account[member as keyof Account])
      return { ...account, ...settled };
  }
  return account;
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
