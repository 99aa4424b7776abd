import type { Account } from '../../account/account.ts';
import type { MailedCodePurpose } from '../../account/mailed-code.ts';
import type { Recovery } from '../../account/recovery.ts';
import { reject, type Attempt, type Rejected, type Unreadable } from '../attempt.ts';
import { decided, type Decided, type DecisionContext } from '../decision.ts';
import { judgeMailedCode } from '../judge-mailed-code.ts';

/** A mailed code is a guess like any other, and never a strong one. */
export const mailedAttempt: Attempt = { typed: { form: 'malformed' }, strong: false };

/** What was typed, and what it was asked for. */
export interface RecoveryCodeOrder {
  /** As it came; it may be anything. */
  readonly typed: unknown;
  readonly purpose: MailedCodePurpose;
  readonly recovery: Recovery;
}

/** The account without the code that was right, or the decision that refuses another. */
export type TakenCode =
  | { readonly outcome: 'accepted'; readonly account: Account }
  | { readonly outcome: 'refused'; readonly decision: Decided<Rejected | Unreadable> };

/** Judges a code that was mailed for a recovery. SECURITY: rule 2, B8, B9, it counts as every attempt does (`recovery.around.test.ts`). */
export function takeRecoveryCode(
  account: Account,
  { typed, purpose, recovery }: RecoveryCodeOrder,
  context: DecisionContext,
): TakenCode {
  const judged = judgeMailedCode(account, { typed, purpose, subject: recovery.id }, context);
  if (judged.outcome === 'accepted') return judged;
  if (judged.outcome === 'unreadable') {
    const event = { kind: 'secret-unreadable', method: 'email', reason: judged.code } as const;
    return { outcome: 'refused', decision: decided(account, judged, event) };
  }
  const failure = { ...judged.failure, method: 'email', purpose: 'recovery' };
  return { outcome: 'refused', decision: reject(judged.account, mailedAttempt, failure, context) };
}
