import type { Account } from '../account/account.ts';
import { noTrust } from '../account/trusted-browser.ts';
import { decided, type Decided } from './decision.ts';
import { withoutOpenGrants } from './revoke-factor.ts';
import type { TrustRevocation } from './revoke-trusted-browsers.ts';

/**
 * The application's user has a new password. SECURITY: C1, C19, C20: whoever knew the old one keeps no trusted browser, no
 * open ticket, no proof and no enrollment that was begun; the factors and the count of failures stay as they are.
 */
export function notePasswordChange(account: Account): Decided<TrustRevocation> {
  const revoked = account.trust.browsers.length;
  const { factors, tickets, proofs } = account;
  // An account that nobody knows does not come to be because its password changed.
  if (factors.length + tickets.length + proofs.length + revoked === 0) return decided(account, { revoked });
  const record: Account = {
    ...withoutOpenGrants(account),
    trust: noTrust,
    passwordChanges: account.passwordChanges + 1,
  };
  return decided(record, { revoked }, { kind: 'password-changed' });
}
