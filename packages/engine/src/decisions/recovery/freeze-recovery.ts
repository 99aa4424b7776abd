import type { Account } from '../../account/account.ts';
import { noTrust } from '../../account/trusted-browser.ts';
import { TidelockError } from '../../tidelock-error.ts';
import { decided, type Decided, type DecisionContext } from '../decision.ts';
import { withoutOpenGrants } from '../revoke-factor.ts';
import { spendManageProof } from '../spend-proof.ts';
import type { AdministratorCommand } from '../unlock.ts';
import { findByLink } from './cancel-recovery.ts';
import { assertOtherThanOwner } from './confirm-recovery.ts';

export interface FreezeRecoveryCommand {
  readonly proof?: string | undefined;
  readonly token?: string | undefined;
}

/**
 * "This was not me": the recovery is over, no other can be begun, and whatever somebody else may have opened dies with it. The
 * factors and the backup codes work as before. SECURITY: C22, the owner evicts whoever has the password (`recovery.stopped.test.ts`).
 *
 * @throws TidelockError `engine/link-refused`, `engine/recovery-unknown`, `engine/proof-required`
 */
export function freezeRecovery(
  account: Account,
  { proof, token }: FreezeRecoveryCommand,
  context: DecisionContext,
): Decided<null> {
  if (token !== undefined) {
    findByLink(account, token, context);
    return freeze(account, 'link', context);
  }
  if (account.recovery === null) throw new TidelockError('engine/recovery-unknown');
  return freeze(spendManageProof(account, proof, context), 'proof', context);
}

function freeze(account: Account, method: 'link' | 'proof', { now }: DecisionContext): Decided<null> {
  const record: Account = {
    ...withoutOpenGrants(account),
    trust: noTrust,
    mailedCodes: [],
    recovery: null,
    recoveryFrozenAt: now,
    sessionsEndedAt: now,
  };
  return decided(record, null, { kind: 'recovery-frozen', method });
}

/** Who lifts it: the owner, with a proof of a factor, or an administrator. */
export type UnfreezeRecoveryCommand =
  { readonly proof?: string | undefined } | { readonly administrator: AdministratorCommand };

/**
 * Lets recoveries be begun again.
 *
 * @throws TidelockError `engine/recovery-not-frozen`, `engine/proof-required`, `engine/actor-is-owner`
 */
export function unfreezeRecovery(
  account: Account,
  command: UnfreezeRecoveryCommand,
  context: DecisionContext,
): Decided<null> {
  if (account.recoveryFrozenAt === null) throw new TidelockError('engine/recovery-not-frozen');
  if (!('administrator' in command)) {
    const allowed = spendManageProof(account, command.proof, context);
    return decided({ ...allowed, recoveryFrozenAt: null }, null, { kind: 'recovery-unfrozen' });
  }
  const { actor, reason } = command.administrator;
  assertOtherThanOwner(actor, context);
  return decided({ ...account, recoveryFrozenAt: null }, null, {
    kind: 'recovery-unfrozen',
    actor,
    note: reason,
  });
}
