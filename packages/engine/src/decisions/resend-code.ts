import type { Account } from '../account/account.ts';
import { TidelockError } from '../tidelock-error.ts';
import type { Decided, DecisionContext } from './decision.ts';
import { orderFor } from './enroll.ts';
import { mailCode, type SentCode } from './mail-code.ts';

export interface ResendCodeCommand {
  readonly factorId: string;
}

/**
 * Mails the code of a pending factor anew; the one before it is dead.
 *
 * @throws TidelockError `engine/factor-unknown`: no pending factor that is confirmed by mail has this id; `engine/rate-limited`, `vault/…`
 */
export function resendCode(
  account: Account,
  { factorId }: ResendCodeCommand,
  context: DecisionContext,
): Decided<SentCode> {
  const factor = account.factors.find(({ id, status }) => id === factorId && status === 'pending');
  if (factor?.confirmedByMail !== true) throw new TidelockError('engine/factor-unknown');
  const { account: record, messages, event, sent } = mailCode(account, orderFor(factor), context);
  return { kind: 'decided', record, messages, events: [event], outcome: sent };
}
