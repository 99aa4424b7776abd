import type { BackupCodeSet } from '../account/backup-codes.ts';
import type { Policy } from '../policy.ts';
import { newToken, type DecisionContext } from './decision.ts';
import type { Preparation, PreparationNeed } from './preparation.ts';

/** What a new set takes. */
export function backupCodeNeed(policy: Policy): PreparationNeed {
  const cost = { memoryKib: policy.backupCodeMemoryKib, passes: policy.backupCodePasses, parallelism: 1 };
  return { kind: 'backupCodes', count: policy.backupCodes, format: policy.backupCodeFormat, cost };
}

/** The set as the record keeps it: hashes only, and those sealed (rule 8, A15). */
export function sealBackupCodes(
  prepared: Preparation & { readonly kind: 'backupCodes' },
  context: DecisionContext,
): BackupCodeSet {
  const setId = newToken('bcs', context);
  const { format, cost, salt, codes, hashes } = prepared;
  return {
    id: setId,
    format,
    salt,
    cost,
    sealedHashes: context.vault.seal(hashes, { id: context.id, holder: setId, purpose: 'backup-codes' }),
    usedAt: codes.map(() => null),
    createdAt: context.now,
  };
}
