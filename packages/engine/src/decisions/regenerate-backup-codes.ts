import type { Account } from '../account/account.ts';
import { formatBackupCode } from '../account/backup-codes.ts';
import { isEnrolled } from '../account/account.ts';
import { TidelockError } from '../tidelock-error.ts';
import { backupCodeNeed, sealBackupCodes } from './backup-code-set.ts';
import { decided, stale, type Decision, type DecisionContext } from './decision.ts';
import type { Preparation, PreparationNeed } from './preparation.ts';
import { withoutOpenGrants } from './revoke-factor.ts';
import { spendManageProof } from './spend-proof.ts';

export interface RegenerateBackupCodesCommand {
  readonly proof?: string | undefined;
}

export interface NewBackupCodes {
  readonly backupCodes: readonly string[];
}

/** Only for somebody who holds a proof: hashing ten codes is not to be had for nothing. @throws as the decision. */
export function prepareRegenerateBackupCodes(
  account: Account,
  { proof }: RegenerateBackupCodesCommand,
  context: DecisionContext,
): PreparationNeed | null {
  assertEnrolled(account);
  spendManageProof(account, proof, context);
  return backupCodeNeed(context.policy);
}

/**
 * A new set; the old one is dead with the same commit (LOOK-06).
 *
 * @throws TidelockError `engine/no-active-factor`, `engine/proof-required`
 */
export function regenerateBackupCodes(
  account: Account,
  { proof }: RegenerateBackupCodesCommand,
  context: DecisionContext,
  preparation: Preparation | null,
): Decision<NewBackupCodes> {
  assertEnrolled(account);
  const allowed = spendManageProof(account, proof, context);
  if (preparation?.kind !== 'backupCodes') return stale;
  const set = sealBackupCodes(preparation, context);
  const outcome = { backupCodes: preparation.codes.map(formatBackupCode) };
  return decided({ ...withoutOpenGrants(allowed), backupCodes: set }, outcome, {
    kind: 'backup-codes-generated',
    codesLeft: set.usedAt.length,
  });
}

function assertEnrolled(account: Account): void {
  if (!isEnrolled(account)) throw new TidelockError('engine/no-active-factor');
}
