import type { Account } from '../account/account.ts';
import { noTrust } from '../account/trusted-browser.ts';
import { decided, type Decided, type DecisionContext } from './decision.ts';
import { noteProof } from './recovery/advance-recovery.ts';
import { withoutOpenGrants } from './revoke-factor.ts';
import type { TrustRevocation } from './revoke-trusted-browsers.ts';

/**
 * The application's user has a new password. SECURITY: C1, C19, C20: whoever knew the old one keeps no trusted browser, no
 * open ticket, no proof and no enrollment that was begun; the factors and the count of failures stay as they are.
 */
export function notePasswordChange(
  account: Account,
  _: null,
  context: DecisionContext,
): Decided<TrustRevocation> {
  const revoked = account.trust.browsers.length;
  const { factors, tickets, proofs } = account;
  // An account that nobody knows does not come to be because its password changed.
  if (factors.length + tickets.length + proofs.length + revoked === 0) return decided(account, { revoked });
  const record: Account = {
    ...withoutOpenGrants(account),
    trust: noTrust,
    passwordChanges: account.passwordChanges + 1,
  };
  // One of the two proofs of a recovery that was begun before; of none that is begun afterwards (C1, LIFE-11).
  const { account: proved, events, ...stage } = noteProof(record, 'password', {}, context);
  return { ...decided(proved, { revoked }, { kind: 'password-changed' }, ...events), ...stage };
}
