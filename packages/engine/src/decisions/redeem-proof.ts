import { isEnrolled, type Account } from '../account/account.ts';
import { decided, type Decided, type DecisionContext } from './decision.ts';

export interface RedeemProofCommand {
  readonly proof: string;
  readonly purpose: string;
  readonly actHash: string | null;
}

/** What a proof proved, once; refused afterwards, for another purpose, and for another act. */
export type RedeemOutcome =
  | { readonly outcome: 'accepted'; readonly method: string; readonly factorId: string | null }
  | { readonly outcome: 'rejected'; readonly reason: 'expired' };

/** Spends a proof: how an application lifts its pending session. */
export function redeemProof(
  account: Account,
  command: RedeemProofCommand,
  context: DecisionContext,
): Decided<RedeemOutcome> {
  const hash = context.platform.digest(command.proof);
  const { purpose, actHash } = command;
  const found = account.proofs.find(
    (kept) => kept.hash === hash && kept.purpose === purpose && kept.actHash === actHash,
  );
  if (found === undefined) {
    const refused = { outcome: 'rejected', reason: 'expired' } as const;
    // Of an account without a factor there is no proof that could have been stolen, and nothing to log.
    return isEnrolled(account)
      ? decided(account, refused, { kind: 'proof-refused', purpose })
      : decided(account, refused);
  }
  const record = { ...account, proofs: account.proofs.filter((kept) => kept !== found) };
  const { method, factorId } = found;
  return decided(
    record,
    { outcome: 'accepted', method, factorId },
    { kind: 'proof-redeemed', method, purpose },
  );
}
