import { isEnrolled, type Account } from '../account/account.ts';
import { managePurpose } from '../account/ticket.ts';
import { TidelockError } from '../tidelock-error.ts';
import type { DecisionContext } from './decision.ts';

/**
 * The account without the proof that this change spends; the same account where it has no factor that could prove anything.
 * SECURITY: rule 7, the proof is spent in the commit of the change that it allows (C11).
 *
 * @throws TidelockError `engine/proof-required`
 */
export function spendManageProof(
  account: Account,
  proof: string | undefined,
  { platform }: DecisionContext,
): Account {
  if (!isEnrolled(account)) return account;
  const hash = proof === undefined ? undefined : platform.digest(proof);
  const found = account.proofs.find(
    (kept) => kept.hash === hash && kept.purpose === managePurpose && kept.actHash === null,
  );
  if (found === undefined) throw new TidelockError('engine/proof-required');
  return { ...account, proofs: account.proofs.filter((kept) => kept !== found) };
}
