import type { Account } from '../account/account.ts';
import type { Checkpoint } from '../audit/checkpoint.ts';
import { decided, type Decided } from './decision.ts';

/**
 * Puts a signed checkpoint in the place of the oldest events, which are deleted in the same commit; whether they were. The
 * newest event always stays: it is what the record's own link is of.
 */
export function pruneEvents(account: Account, checkpoint: Checkpoint): Decided<boolean> {
  const { sequence } = checkpoint;
  const isOlder = sequence <= (account.eventCheckpoint?.sequence ?? 0);
  if (isOlder || sequence >= account.eventCount) return decided(account, false);
  return { ...decided({ ...account, eventCheckpoint: checkpoint }, true), prunedThrough: sequence };
}
