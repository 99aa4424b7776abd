import type { AccountId } from '../account/account-id.ts';
import type { AuditChain } from '../audit-chain.ts';

/** Stands for the events of an account that retention has deleted: where its chain goes on. */
export interface Checkpoint {
  /** The sequence of the last event that was deleted. */
  readonly sequence: number;
  readonly link: string;
  /** SECURITY: LOG-05, without it whoever writes the database could cut the beginning of a log off. */
  readonly mac: string;
}

/** Signs a checkpoint under the audit key. */
export function signCheckpoint(
  chain: AuditChain,
  { tenant, account }: AccountId,
  { sequence, link }: Omit<Checkpoint, 'mac'>,
): Checkpoint {
  return { sequence, link, mac: chain.sign('audit-checkpoint', tenant, account, String(sequence), link) };
}

/** Whether this checkpoint was signed for this account. */
export function isSigned(chain: AuditChain, id: AccountId, checkpoint: Checkpoint): boolean {
  return signCheckpoint(chain, id, checkpoint).mac === checkpoint.mac;
}
