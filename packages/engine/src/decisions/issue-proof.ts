import type { Account } from '../account/account.ts';
import { codesLeft } from '../account/backup-codes.ts';
import type { FactorKind } from '../account/factor.ts';
import { checkPurpose, pushBounded, type Ticket } from '../account/ticket.ts';
import { decided, newToken, type Decided, type DecisionContext } from './decision.ts';

/** Which kind of code was accepted. */
export type Method = FactorKind | 'backupCode';

export interface Accepted {
  readonly outcome: 'accepted';
  readonly method: Method;
  readonly factorId: string | null;
  /** Spent once, for the ticket's purpose: the gates and the `manage` calls ask for it. */
  readonly proof: string;
  /** Where a browser was to be trusted and may be: for `challenge`, at the next sign-in from it. */
  readonly trustToken?: string;
}

/** The ticket is spent with the code, and its proof takes its place; a check's proof is kept nowhere, and lifts nothing. */
export function issueProof(
  account: Account,
  { method, factorId }: { readonly method: Method; readonly factorId: string | null },
  ticket: Ticket | undefined,
  context: DecisionContext,
): Decided<Accepted> {
  const proof = newToken('prf', context);
  const outcome: Accepted = { outcome: 'accepted', method, factorId, proof };
  const event = {
    kind: 'verification-accepted',
    method,
    purpose: ticket?.purpose ?? checkPurpose,
    ...(factorId === null ? { codesLeft: codesLeft(account.backupCodes) } : { factorId }),
  } as const;
  if (ticket === undefined) return decided(account, outcome, event);
  const { purpose, actHash } = ticket;
  const { policy, platform, now } = context;
  const kept = {
    hash: platform.digest(proof),
    purpose,
    actHash,
    expiresAt: Math.ceil(now) + policy.proofSeconds,
    method,
    factorId,
  };
  const record: Account = {
    ...account,
    tickets: account.tickets.filter((open) => open !== ticket),
    proofs: pushBounded(account.proofs, kept, policy.ticketsMax),
  };
  return decided(record, outcome, event);
}
