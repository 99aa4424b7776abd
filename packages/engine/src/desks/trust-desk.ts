import { viewTrustedBrowser, type TrustedBrowserView } from '../account/trusted-browser.ts';
import { notePasswordChange } from '../decisions/note-password-change.ts';
import { revokeTrustedBrowsers, type TrustRevocation } from '../decisions/revoke-trusted-browsers.ts';
import type { DeskRooms } from './desk-rooms.ts';

/** Browsers that are not asked for a code, and what ends their trust. */
export interface TrustDesk {
  /** Those that are trusted now, the newest last. @throws TidelockError `store/…` */
  trustedBrowsers(account: string): Promise<readonly TrustedBrowserView[]>;
  /** Trusts none of them any longer. @throws TidelockError `store/…` */
  revokeTrustedBrowsers(account: string): Promise<TrustRevocation>;
  /** What the application must tell: trusted browsers, open tickets, proofs and enrollments die. @throws TidelockError `store/…` */
  passwordChanged(account: string): Promise<TrustRevocation>;
}

export function createTrustDesk({ office, idOf }: DeskRooms): TrustDesk {
  return {
    async trustedBrowsers(account) {
      return office.read(await idOf(account), ({ trust }) => trust.browsers.map(viewTrustedBrowser));
    },
    async revokeTrustedBrowsers(account) {
      return office.decide(await idOf(account), null, revokeTrustedBrowsers);
    },
    async passwordChanged(account) {
      return office.decide(await idOf(account), null, notePasswordChange);
    },
  };
}
