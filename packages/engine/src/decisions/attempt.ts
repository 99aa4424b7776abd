import { guessRule, type Account } from '../account/account.ts';
import type { EventDraft } from '../account/audit-event.ts';
import { isStrong } from '../account/backup-codes.ts';
import type { Factor } from '../account/factor.ts';
import { attemptsLeft, countFailure, isLocked, lockEnd } from '../account/throttle.ts';
import { countOnTicket, type Ticket } from '../account/ticket.ts';
import { readTypedCode, type TypedCode } from '../account/typed-code.ts';
import type { Policy } from '../policy.ts';
import { decided, type Decided, type DecisionContext } from './decision.ts';

/** Why an attempt was refused, as the caller hears it; a spent code is `wrong` to everyone but the audit log. */
export type RejectionReason = 'wrong' | 'malformed' | 'expired';

/** What may help somebody whose code was refused. */
export type Advice = 'set-clock';

export interface Rejected {
  readonly outcome: 'rejected';
  readonly reason: RejectionReason;
  /** How many more of this kind there are before a lock: one that names its factor costs less than one that is tried on several. */
  readonly attemptsLeft: number;
  /** Only to whoever holds an open ticket: the code is right at another time of day, and the device's clock is off (S28). */
  readonly advice?: Advice;
}

export interface Locked {
  readonly outcome: 'locked';
  /** Seconds since the epoch. */
  readonly until: number;
}

/** A factor whose secret could not be opened: the operator's fault, thrown by the face and counted against nobody. */
export interface Unreadable {
  readonly outcome: 'unreadable';
  readonly code: 'vault/key-missing' | 'vault/open-failed';
}

/** A typed code with the throttle that it counts on. */
export interface Attempt {
  readonly typed: TypedCode;
  readonly strong: boolean;
}

/** Reads what was typed against the forms that the account knows. */
export function readAttempt(code: unknown, account: Account, policy: Policy): Attempt {
  const typed = readTypedCode(code, {
    backupCodeFormat: account.backupCodes?.format ?? policy.backupCodeFormat,
    isDigits: (length) => length === policy.digits || account.factors.some(({ digits }) => digits === length),
  });
  return { typed, strong: typed.form === 'backupCode' && isStrong(typed.format) };
}

/** Whether nothing is judged now. SECURITY: B11, a code that cannot be guessed passes the lock on guesses. */
export function isAttemptLocked(
  account: Account,
  { strong }: Attempt,
  { policy, now }: Pick<DecisionContext, 'policy' | 'now'>,
): boolean {
  return !strong && isLocked(account.throttle, guessRule(policy), now);
}

/** The answer while locked: nothing is judged, and nothing written but one event that stands for all. */
export function refuseLocked(account: Account, { policy, now }: DecisionContext): Decided<Locked> {
  const { throttle } = account;
  const until = lockEnd(throttle, guessRule(policy), now);
  const outcome: Locked = { outcome: 'locked', until };
  if (throttle.refusalLogged) return decided(account, outcome);
  const record = { ...account, throttle: { ...throttle, refusalLogged: true } };
  return decided(record, outcome, { kind: 'attempt-refused-while-locked', until });
}

/** What is known of an attempt that failed. */
export interface Failure {
  readonly reason: RejectionReason;
  /** The audit log's own word, where it says more than the caller hears. */
  readonly logged?: string;
  /** The factors on which the code was judged. */
  readonly judged?: readonly Factor[];
  readonly factorId?: string;
  readonly method?: string;
  readonly purpose?: string;
  /** The ticket that came with it. */
  readonly ticket?: Ticket | undefined;
  readonly advice?: Advice;
}

/**
 * Counts a failure, on the account and on every factor that was judged.
 * SECURITY: rule 2, the count is part of the change whose commit the answer waits for (B1 to B7).
 */
export function reject(
  account: Account,
  { strong }: Attempt,
  failure: Failure,
  { policy, now }: DecisionContext,
): Decided<Rejected> {
  const rule = guessRule(policy);
  // SECURITY: A18, a code that was tried on three factors had three chances, and costs as much as three that had one each.
  const chances = strong ? 0 : Math.max(1, failure.judged?.length ?? 0);
  let { throttle } = account;
  for (let chance = 0; chance < chances; chance += 1) throttle = countFailure(throttle, rule, now);
  const strongFailures = account.strongFailures + (strong ? 1 : 0);
  const { judged = [], ticket } = failure;
  const { factors, disabled } = countOnFactors(account.factors, judged, policy.failuresBeforeDisabled);
  const tickets =
    ticket === undefined ? account.tickets : countOnTicket(account.tickets, ticket, policy.ticketFailuresMax);
  const events: EventDraft[] = [rejectionEvent(failure, strong ? strongFailures : throttle.failures)];
  for (const { id, kind, failures } of disabled) {
    events.push({ kind: 'factor-disabled', factorId: id, method: kind, failures });
  }
  if (!strong && isLocked(throttle, rule, now)) {
    events.push({ kind: 'locked', until: lockEnd(throttle, rule, now), failures: throttle.failures });
  }
  const outcome: Rejected = {
    outcome: 'rejected',
    reason: failure.reason,
    attemptsLeft: Math.ceil(attemptsLeft(throttle, rule) / Math.max(1, chances)),
    ...(failure.advice === undefined ? {} : { advice: failure.advice }),
  };
  return decided({ ...account, factors, tickets, throttle, strongFailures }, outcome, ...events);
}

function rejectionEvent(
  { reason, logged, factorId, method, purpose }: Failure,
  failures: number,
): EventDraft {
  return {
    kind: 'verification-rejected',
    reason: logged ?? reason,
    failures,
    ...(factorId === undefined ? {} : { factorId }),
    ...(method === undefined ? {} : { method }),
    ...(purpose === undefined ? {} : { purpose }),
  };
}

/** NIST SP 800-63B-4 §3.2.2: after so many failures in a row an authenticator is disabled until it is bound again. */
function countOnFactors(factors: readonly Factor[], judged: readonly Factor[], most: number) {
  if (judged.length === 0) return { factors, disabled: [] };
  const ids = new Set(judged.map(({ id }) => id));
  const counted = factors.map((factor): Factor => {
    if (!ids.has(factor.id)) return factor;
    const failures = factor.failures + 1;
    return factor.status === 'active' && failures >= most
      ? { ...factor, failures, status: 'disabled' }
      : { ...factor, failures };
  });
  return {
    factors: counted,
    disabled: counted.filter(
      ({ status }, index) => status === 'disabled' && factors[index]!.status === 'active',
    ),
  };
}
