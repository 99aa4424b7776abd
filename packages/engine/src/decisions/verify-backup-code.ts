import type { Account } from '../account/account.ts';
import { hashBytes, type BackupCodeSet } from '../account/backup-codes.ts';
import { checkPurpose } from '../account/ticket.ts';
import { reject, type Rejected, type Unreadable } from './attempt.ts';
import { decided, stale, type Decision, type DecisionContext } from './decision.ts';
import { issueProof, type Accepted } from './issue-proof.ts';
import type { Preparation } from './preparation.ts';
import type { VerifyRequest } from './verify-request.ts';

/** Judges a backup code by its hash, which was prepared. */
export function verifyBackupCode(
  account: Account,
  { attempt, ticket, factorId }: VerifyRequest,
  context: DecisionContext,
  preparation: Preparation | null,
): Decision<Accepted | Rejected | Unreadable> {
  const purpose = ticket?.purpose ?? checkPurpose;
  const failure = { reason: 'wrong', method: 'backupCode', purpose, ticket } as const;
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
    ...(attempt.strong ? { strongFailures: 0 } : {}),
  };
  return issueProof(cleared, { method: 'backupCode', factorId: null }, ticket, context);
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
