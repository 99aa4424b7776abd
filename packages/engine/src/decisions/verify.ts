import type { Account } from '../account/account.ts';
import { codesLeft, hashBytes, type BackupCodeSet } from '../account/backup-codes.ts';
import type { Factor, FactorKind } from '../account/factor.ts';
import { freshThrottle } from '../account/throttle.ts';
import { checkPurpose, pushBounded, type Ticket } from '../account/ticket.ts';
import {
  isAttemptLocked,
  readAttempt,
  refuseLocked,
  reject,
  type Attempt,
  type Locked,
  type Rejected,
  type Unreadable,
} from './attempt.ts';
import { decided, newToken, stale, type Decision, type DecisionContext } from './decision.ts';
import { judgeFactor } from './judge-factor.ts';
import type { Preparation, PreparationNeed } from './preparation.ts';

export interface VerifyCommand {
  /** What was typed; anything, as it came. */
  readonly code: unknown;
  readonly factorId?: string | undefined;
  readonly ticket?: string | undefined;
}

/** Which kind of code was accepted. */
export type Method = FactorKind | 'backupCode';

export interface Accepted {
  readonly outcome: 'accepted';
  readonly method: Method;
  readonly factorId: string | null;
  /** Spent once, for the ticket's purpose: the gates and the `manage` calls ask for it. */
  readonly proof: string;
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
  if (isAttemptLocked(account, attempt, context.now) || findTicket(account, command, context) === null)
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
  if (isAttemptLocked(account, attempt, context.now)) return refuseLocked(account, attempt);
  const { typed } = attempt;
  if (typed.form === 'malformed') return reject(account, attempt, { reason: 'malformed' }, context);
  const ticket = findTicket(account, command, context);
  if (ticket === null)
    return reject(account, attempt, { reason: 'expired', logged: 'ticket-unknown' }, context);
  const request: Request = { attempt, ticket, factorId: command.factorId };
  if (typed.form === 'digits') return verifyDigits(account, typed.code, request, context);
  return verifyBackupCode(account, request, context, preparation);
}

interface Request {
  readonly attempt: Attempt;
  /** Undefined for a mere check. */
  readonly ticket: Ticket | undefined;
  readonly factorId: string | undefined;
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

function verifyDigits(
  account: Account,
  code: string,
  request: Request,
  context: DecisionContext,
): Decision<VerifyOutcome> {
  const { attempt, ticket, factorId } = request;
  const candidates = candidateFactors(account, factorId, context.policy.factorsTried);
  const judgements = candidates.map((factor) => judgeFactor(factor, code, context));
  const judged = candidates.filter((_, index) => judgements[index]!.outcome !== 'unreadable');
  const accepted = judgements.find(({ outcome }) => outcome === 'accepted');
  if (accepted?.outcome === 'accepted') return accept(account, accepted.factor, ticket, context);
  const unreadable = judgements.find(({ outcome }) => outcome === 'unreadable');
  if (unreadable?.outcome === 'unreadable' && judged.length === 0) {
    return decided(account, unreadable, {
      kind: 'secret-unreadable',
      factorId: candidates[0]!.id,
      reason: unreadable.code,
    });
  }
  const replayed = judgements.findIndex(({ outcome }) => outcome === 'replayed');
  const about = candidates[replayed] ?? (candidates.length === 1 ? candidates[0] : undefined);
  return reject(
    account,
    attempt,
    {
      reason: 'wrong',
      logged: replayed === -1 ? 'wrong' : 'replayed',
      judged,
      purpose: ticket?.purpose ?? checkPurpose,
      ...(about === undefined ? {} : { factorId: about.id, method: about.kind }),
    },
    context,
  );
}

/** The named factor, or the last used ones: each more multiplies the odds of a guess (A18). */
function candidateFactors(account: Account, factorId: string | undefined, most: number): readonly Factor[] {
  const active = account.factors.filter(({ status }) => status === 'active');
  if (factorId !== undefined) return active.filter(({ id }) => id === factorId);
  return active.toSorted((left, right) => lastUse(right) - lastUse(left)).slice(0, most);
}

function accept(
  account: Account,
  factor: Factor,
  ticket: Ticket | undefined,
  context: DecisionContext,
): Decision<VerifyOutcome> {
  const factors = account.factors.map((other) => (other.id === factor.id ? factor : other));
  const cleared: Account = { ...account, factors, throttle: freshThrottle };
  return issueProof(cleared, { method: factor.kind, factorId: factor.id }, ticket, context);
}

function verifyBackupCode(
  account: Account,
  { attempt, ticket, factorId }: Request,
  context: DecisionContext,
  preparation: Preparation | null,
): Decision<VerifyOutcome> {
  const purpose = ticket?.purpose ?? checkPurpose;
  const failure = { reason: 'wrong', method: 'backupCode', purpose } as const;
  const set = account.backupCodes;
  // A code that names a factor is a code of that factor; without a set there is nothing to compare with.
  if (set === null || factorId !== undefined) return reject(account, attempt, failure, context);
  if (preparation?.kind !== 'hash' || preparation.salt !== set.salt) return stale;
  const opened = context.vault.open(set.sealedHashes, {
    id: context.id,
    holder: set.id,
    purpose: 'backup-codes',
  });
  if (opened.outcome !== 'opened') {
    const code = `vault/${opened.outcome}` as const;
    return decided(
      account,
      { outcome: 'unreadable', code },
      { kind: 'secret-unreadable', method: 'backupCode', reason: code },
    );
  }
  const index = indexOfHash(opened.plaintext, preparation.hash, context);
  if (index === -1) return reject(account, attempt, failure, context);
  if (set.usedAt[index] !== null)
    return reject(account, attempt, { ...failure, logged: 'replayed' }, context);
  const cleared: Account = {
    ...account,
    backupCodes: markUsed(set, index, context.now),
    // SECURITY: B4, a backup code clears its own count and never that of the guesses.
    ...(attempt.strong ? { strongThrottle: freshThrottle } : {}),
  };
  return issueProof(cleared, { method: 'backupCode', factorId: null }, ticket, context);
}

function lastUse({ lastUsedAt, activatedAt }: Factor): number {
  return lastUsedAt ?? activatedAt ?? 0;
}

/** SECURITY: rule 10, every hash of the set is compared, used ones too. */
function indexOfHash(hashes: Uint8Array, hash: Uint8Array, { platform }: DecisionContext): number {
  let found = -1;
  for (let start = 0; start < hashes.length; start += hashBytes) {
    if (platform.equal(hashes.subarray(start, start + hashBytes), hash)) found = start / hashBytes;
  }
  return found;
}

function markUsed(set: BackupCodeSet, index: number, now: number): BackupCodeSet {
  return { ...set, usedAt: set.usedAt.map((usedAt, place) => (place === index ? now : usedAt)) };
}

/** The ticket is spent with the code, and its proof takes its place; a check's proof is kept nowhere, and lifts nothing. */
function issueProof(
  account: Account,
  { method, factorId }: { readonly method: Method; readonly factorId: string | null },
  ticket: Ticket | undefined,
  context: DecisionContext,
): Decision<VerifyOutcome> {
  const proof = newToken('prf', context);
  const outcome: Accepted = { outcome: 'accepted', method, factorId, proof };
  const event = {
    kind: 'verification-accepted',
    method,
    purpose: ticket?.purpose ?? checkPurpose,
    ...(factorId === null ? { codesLeft: codesLeft(account.backupCodes) } : { factorId }),
  } as const;
  if (ticket === undefined) return decided(account, outcome, event);
  const { purpose, actHash } = ticket;
  const { policy, platform, now } = context;
  const kept = {
    hash: platform.digest(proof),
    purpose,
    actHash,
    expiresAt: Math.ceil(now) + policy.proofSeconds,
    method,
    factorId,
  };
  const record: Account = {
    ...account,
    tickets: account.tickets.filter((open) => open !== ticket),
    proofs: pushBounded(account.proofs, kept, policy.ticketsMax),
  };
  return decided(record, outcome, event);
}
