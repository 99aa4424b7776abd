import { isEnrolled, type Account } from '../account/account.ts';
import { noTrust } from '../account/trusted-browser.ts';
import { decided, type Decided } from './decision.ts';

/** How many browsers are trusted no longer. */
export interface TrustRevocation {
  readonly revoked: number;
}

/** Every browser is asked for a code again. It takes no proof: it lets nobody in. */
export function revokeTrustedBrowsers(account: Account): Decided<TrustRevocation> {
  const revoked = account.trust.browsers.length;
  if (!isEnrolled(account)) return decided(account, { revoked });
  return decided({ ...account, trust: noTrust }, { revoked }, { kind: 'trusted-browsers-revoked' });
}
