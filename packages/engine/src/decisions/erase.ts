import { isEnrolled, unknownAccount, type Account } from '../account/account.ts';
import { TidelockError } from '../tidelock-error.ts';
import { decided, type Decided, type DecisionContext } from './decision.ts';
import { spendManageProof } from './spend-proof.ts';
import type { AdministratorCommand } from './unlock.ts';

/** Who asks for the erasure: the owner, with a proof where there is a factor, or an administrator. */
export type EraseCommand =
  { readonly proof?: string | undefined } | { readonly administrator: AdministratorCommand };

/**
 * Erases all that is kept of an account: the record shrinks to its place in the chain of events, the events before lose
 * their bodies, and what waits to be sent is deleted. It stands in one commit with the event that says so.
 *
 * SECURITY: rule 7, C11, F4: it takes every factor off, and so takes a proof of one. An administrator has none, and erases only
 * where no factor is left: after a reset with its waiting time and its notices (`erase.test.ts`).
 *
 * @throws TidelockError `engine/proof-required`
 */
export function erase(account: Account, command: EraseCommand, context: DecisionContext): Decided<null> {
  const administrator = 'administrator' in command ? command.administrator : null;
  if (administrator !== null && isEnrolled(account))
    throw new TidelockError('engine/proof-required', {
      detail: 'An administrator begins a reset, and erases the account once it is carried out.',
    });
  spendManageProof(account, 'administrator' in command ? undefined : command.proof, context);
  // Asked for again, it would only delete the notice of the first time.
  if (isErased(account)) return decided(account, null);
  const { eventCount } = account;
  const record: Account = { ...remainderOf(account), erasedThrough: eventCount + 1 };
  const who = administrator === null ? {} : { actor: administrator.actor, note: administrator.reason };
  return { ...decided(record, null, { kind: 'account-erased', ...who }), erases: true };
}

/**
 * What must stay so that no version, no sequence and no link ever repeats. SECURITY: S23, and what an administrator requires of
 * the account, with the time since when: an erasure must not renew the time to enroll (`erase.test.ts`).
 */
function remainderOf(account: Account): Account {
  const { epoch, eventCount, eventLink, eventCheckpoint, erasedThrough, requirement, graceStartedAt } =
    account;
  const chain = { eventCount, eventLink, eventCheckpoint, erasedThrough };
  return { ...unknownAccount, epoch, requirement, graceStartedAt, ...chain };
}

function isErased(account: Account): boolean {
  return (
    account.eventCount === account.erasedThrough &&
    JSON.stringify(account) === JSON.stringify({ ...account, ...remainderOf(account) })
  );
}
