import type { Account } from '../account/account.ts';
import { formatBackupCode, type BackupCodeSet } from '../account/backup-codes.ts';
import { viewFactor, type Factor, type FactorView } from '../account/factor.ts';
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
import { backupCodeNeed, sealBackupCodes } from './backup-code-set.ts';
import { decided, stale, type Decision, type DecisionContext } from './decision.ts';
import { judgeFactor } from './judge-factor.ts';
import type { Preparation, PreparationNeed } from './preparation.ts';

export interface ActivateCommand {
  readonly factorId: string;
  /** What was typed; anything, as it came. */
  readonly code: unknown;
}

export interface Activated {
  readonly outcome: 'accepted';
  readonly factor: FactorView;
  /** Grouped for reading; only with the account's first factor, and never again. */
  readonly backupCodes?: readonly string[];
}

export type ActivateOutcome = Activated | Rejected | Locked | Unreadable;

/** Backup codes are made and hashed only for a code that is right; the decision judges it once more. */
export function prepareActivate(
  account: Account,
  command: ActivateCommand,
  context: DecisionContext,
): PreparationNeed | null {
  const attempt = guess(command, account, context);
  if (isAttemptLocked(account, attempt, context) || !needsBackupCodes(account)) return null;
  return judge(account, command, attempt, context)?.outcome === 'accepted'
    ? backupCodeNeed(context.policy)
    : null;
}

/** Turns a pending factor into an active one by a code of its own, which is spent with it (A6, OTP-09). */
export function activate(
  account: Account,
  command: ActivateCommand,
  context: DecisionContext,
  preparation: Preparation | null,
): Decision<ActivateOutcome> {
  const attempt = guess(command, account, context);
  if (isAttemptLocked(account, attempt, context)) return refuseLocked(account, context);
  // An id that the account does not have is text of a stranger, and does not go into the log.
  const known = account.factors.find(({ id }) => id === command.factorId);
  const about = known === undefined ? {} : { factorId: known.id, method: known.kind };
  if (attempt.typed.form !== 'digits')
    return reject(account, attempt, { reason: 'malformed', ...about }, context);
  const judgement = judge(account, command, attempt, context);
  if (judgement === null) {
    return reject(account, attempt, { reason: 'expired', logged: 'no-such-enrollment', ...about }, context);
  }
  if (judgement.outcome === 'unreadable') {
    return decided(account, judgement, { kind: 'secret-unreadable', reason: judgement.code, ...about });
  }
  if (judgement.outcome !== 'accepted') {
    return reject(account, attempt, { reason: 'wrong', logged: judgement.outcome, ...about }, context);
  }
  if (!needsBackupCodes(account))
    return decided(
      bind(account, judgement.factor, context),
      view(judgement.factor, context),
      activated(judgement.factor),
    );
  if (preparation?.kind !== 'backupCodes') return stale;
  const set = sealBackupCodes(preparation, context);
  const events = [
    activated(judgement.factor),
    { kind: 'backup-codes-generated', codesLeft: set.usedAt.length },
  ] as const;
  const outcome: Activated = {
    ...view(judgement.factor, context),
    backupCodes: preparation.codes.map(formatBackupCode),
  };
  return decided(
    { ...bind(account, judgement.factor, context), backupCodes: set } satisfies {
      backupCodes: BackupCodeSet;
    },
    outcome,
    ...events,
  );
}

/** SECURITY: B9, activation counts with the guesses of the account, whatever form the code has. */
function guess({ code }: ActivateCommand, account: Account, { policy }: DecisionContext): Attempt {
  return { typed: readAttempt(code, account, policy).typed, strong: false };
}

function judge(
  account: Account,
  { factorId }: ActivateCommand,
  { typed }: Attempt,
  context: DecisionContext,
) {
  const factor = account.factors.find(({ id, status }) => id === factorId && status === 'pending');
  return factor === undefined || typed.form !== 'digits' ? null : judgeFactor(factor, typed.code, context);
}

function needsBackupCodes(account: Account): boolean {
  return account.backupCodes === null;
}

/** SECURITY: rule 6, whatever was begun without a proof dies here: it may be a thief's who had the password alone. */
function bind(account: Account, factor: Factor, context: DecisionContext): Account {
  const others = account.factors.filter(
    ({ id, status, proved }) => id !== factor.id && (status !== 'pending' || proved),
  );
  return { ...account, factors: [...others, makeActive(factor, context)] };
}

function makeActive(factor: Factor, { now }: DecisionContext): Factor {
  return { ...factor, status: 'active', activatedAt: now, expiresAt: null };
}

function view(factor: Factor, context: DecisionContext): Activated {
  return { outcome: 'accepted', factor: viewFactor(makeActive(factor, context)) };
}

function activated({ id, kind }: Factor) {
  return { kind: 'factor-activated', factorId: id, method: kind } as const;
}
