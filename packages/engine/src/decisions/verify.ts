import type { Account } from '../account/account.ts';
import type { Ticket } from '../account/ticket.ts';
import {
  isAttemptLocked,
  readAttempt,
  refuseLocked,
  reject,
  type Locked,
  type Rejected,
  type Unreadable,
} from './attempt.ts';
import type { Decision, DecisionContext } from './decision.ts';
import type { Accepted } from './issue-proof.ts';
import type { Preparation, PreparationNeed } from './preparation.ts';
import { verifyBackupCode } from './verify-backup-code.ts';
import { verifyDigits } from './verify-digits.ts';
import type { VerifyRequest } from './verify-request.ts';

export interface VerifyCommand {
  /** What was typed; anything, as it came. */
  readonly code: unknown;
  readonly factorId?: string | undefined;
  readonly ticket?: string | undefined;
  readonly trustBrowser?: boolean | undefined;
}

export type VerifyOutcome = Accepted | Rejected | Locked | Unreadable;

/** A backup code needs its hash, and only while it would be judged. */
export function prepareVerify(
  account: Account,
  command: VerifyCommand,
  context: DecisionContext,
): PreparationNeed | null {
  const attempt = readAttempt(command.code, account, context.policy);
  const set = account.backupCodes;
  if (attempt.typed.form !== 'backupCode' || set === null || command.factorId !== undefined) return null;
  if (isAttemptLocked(account, attempt, context) || findTicket(account, command, context) === null)
    return null;
  return { kind: 'hash', code: attempt.typed.code, salt: set.salt, cost: set.cost };
}

/** Judges a code: at most once accepted, always counted. RFC 6238 §5.2, RFC 4226 §7. */
export function verify(
  account: Account,
  command: VerifyCommand,
  context: DecisionContext,
  preparation: Preparation | null,
): Decision<VerifyOutcome> {
  const attempt = readAttempt(command.code, account, context.policy);
  if (isAttemptLocked(account, attempt, context)) return refuseLocked(account, context);
  const { typed } = attempt;
  if (typed.form === 'malformed') return reject(account, attempt, { reason: 'malformed' }, context);
  const ticket = findTicket(account, command, context);
  if (ticket === null)
    return reject(account, attempt, { reason: 'expired', logged: 'ticket-unknown' }, context);
  const { factorId, trustBrowser: trustsBrowser = false } = command;
  const request: VerifyRequest = { attempt, ticket, factorId, trustsBrowser };
  if (typed.form === 'digits') return verifyDigits(account, typed.code, request, context);
  return verifyBackupCode(account, request, context, preparation);
}

/** The open ticket, undefined where none was given, null where it is not open on this account (A14, C7). */
function findTicket(
  account: Account,
  { ticket }: VerifyCommand,
  { platform }: DecisionContext,
): Ticket | undefined | null {
  if (ticket === undefined) return undefined;
  const hash = platform.digest(ticket);
  return account.tickets.find((open) => open.hash === hash) ?? null;
}
