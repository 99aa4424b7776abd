import type { Account } from '../account/account.ts';
import type { EventDraft } from '../account/audit-event.ts';
import { formatBackupCode, type BackupCodeSet } from '../account/backup-codes.ts';
import { viewFactor, type Factor, type FactorView } from '../account/factor.ts';
import {
  isAttemptLocked,
  readAttempt,
  refuseLocked,
  reject,
  type Attempt,
  type Failure,
  type Locked,
  type Rejected,
  type Unreadable,
} from './attempt.ts';
import { backupCodeNeed, sealBackupCodes } from './backup-code-set.ts';
import { decided, stale, type Decision, type DecisionContext } from './decision.ts';
import { judgeFactor } from './judge-factor.ts';
import { judgeMailedCode, type MailedJudgement } from './judge-mailed-code.ts';
import type { Preparation, PreparationNeed } from './preparation.ts';
import { withoutOpenGrants } from './revoke-factor.ts';

export interface ActivateCommand {
  readonly factorId: string;
  /** What was typed; anything, as it came. */
  readonly code: unknown;
  /** What was typed of the mailed code; anything, as it came, and looked at only where one is asked for. */
  readonly emailCode?: unknown;
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
  return judge(account, command, attempt, context).outcome === 'accepted'
    ? backupCodeNeed(context.policy)
    : null;
}

/**
 * Turns a pending factor into an active one by a code of its own, which is spent with it (A6, OTP-09), and by the mailed one
 * where that is asked for. What it replaces is gone with the same commit (S25, C13).
 */
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
  const judged = judge(account, command, attempt, context);
  if (judged.outcome === 'unreadable')
    return decided(account, judged, { kind: 'secret-unreadable', reason: judged.code, ...about });
  if (judged.outcome === 'refused')
    return reject(judged.account, attempt, { ...judged.failure, ...about }, context);
  const { factor } = judged;
  const bound = bind(judged.account, factor, context);
  if (!needsBackupCodes(account)) return decided(bound.account, view(factor, context), ...bound.events);
  if (preparation?.kind !== 'backupCodes') return stale;
  const set = sealBackupCodes(preparation, context);
  const outcome: Activated = {
    ...view(factor, context),
    backupCodes: preparation.codes.map(formatBackupCode),
  };
  return decided(
    { ...bound.account, backupCodes: set } satisfies { backupCodes: BackupCodeSet },
    outcome,
    ...bound.events,
    { kind: 'backup-codes-generated', codesLeft: set.usedAt.length },
  );
}

/** SECURITY: B9, activation counts with the guesses of the account, whatever form the code has. */
function guess({ code }: ActivateCommand, account: Account, { policy }: DecisionContext): Attempt {
  return { typed: readAttempt(code, account, policy).typed, strong: false };
}

type Judged = Exclude<MailedJudgement, { outcome: 'accepted' }> | AcceptedFactor;

interface AcceptedFactor {
  readonly outcome: 'accepted';
  readonly factor: Factor;
  readonly account: Account;
}

/** Its own code first: whoever has not even the device gets no guess at the mailed one. */
function judge(
  account: Account,
  { factorId, emailCode }: ActivateCommand,
  { typed }: Attempt,
  context: DecisionContext,
): Judged {
  const refuse = (failure: Pick<Failure, 'reason' | 'logged'>) =>
    ({ outcome: 'refused', account, failure }) as const;
  if (typed.form !== 'digits') return refuse({ reason: 'malformed' });
  const factor = account.factors.find(({ id, status }) => id === factorId && status === 'pending');
  if (factor === undefined) return refuse({ reason: 'expired', logged: 'no-such-enrollment' });
  const judgement = judgeFactor(factor, typed.code, context);
  if (judgement.outcome === 'unreadable') return judgement;
  if (judgement.outcome !== 'accepted') return refuse({ reason: 'wrong', logged: judgement.outcome });
  const accepted = { outcome: 'accepted', factor: judgement.factor } as const;
  if (!factor.confirmedByMail) return { ...accepted, account };
  // SECURITY: S25, B9, the mailed code counts with the guesses of the account, and on itself (`replace-factor.test.ts`).
  const mailed = judgeMailedCode(
    account,
    { typed: emailCode, purpose: 'activate', subject: factor.id },
    context,
  );
  return mailed.outcome === 'accepted' ? { ...accepted, account: mailed.account } : mailed;
}

function needsBackupCodes(account: Account): boolean {
  return account.backupCodes === null;
}

/** SECURITY: rule 6, whatever was begun without a proof dies here: it may be a thief's who had the password alone. */
function bind(account: Account, factor: Factor, context: DecisionContext) {
  const others = account.factors.filter(
    ({ id, status, proved }) => id !== factor.id && (status !== 'pending' || proved),
  );
  const active = makeActive(factor, context);
  const event: EventDraft = { kind: 'factor-activated', factorId: factor.id, method: factor.kind };
  const replaced = others.find(({ id, status }) => id === factor.replaces && status !== 'pending');
  if (replaced === undefined)
    return { account: { ...account, factors: [...others, active] }, events: [event] };
  // SECURITY: LIFE-06, C20, the old one dies in this commit, and with it what it may have granted (`replace-factor.test.ts`).
  const left = withoutOpenGrants({ ...account, factors: others.filter((other) => other !== replaced) });
  const revoked: EventDraft = {
    kind: 'factor-revoked',
    factorId: replaced.id,
    method: replaced.kind,
    reason: 'replaced',
  };
  return { account: { ...left, factors: [...left.factors, active] }, events: [event, revoked] };
}

function makeActive(factor: Factor, { now }: DecisionContext): Factor {
  return { ...factor, status: 'active', activatedAt: now, expiresAt: null, replaces: null };
}

function view(factor: Factor, context: DecisionContext): Activated {
  return { outcome: 'accepted', factor: viewFactor(makeActive(factor, context)) };
}
