import type { BackupCodeSet } from './backup-codes.ts';
import type { Factor } from './factor.ts';

/** A browser that is not asked for a code at a sign-in. Its token is kept as a hash; it is no factor, and proves nothing. */
export interface TrustedBrowser {
  readonly id: string;
  readonly hash: string;
  readonly createdAt: number;
  readonly lastUsedAt: number | null;
  readonly expiresAt: number;
}

/** The trusted browsers of an account, and what the account was when they were trusted. */
export interface Trust {
  readonly stamp: string;
  readonly browsers: readonly TrustedBrowser[];
}

/** No browser is trusted. */
export const noTrust: Trust = Object.freeze({ stamp: '', browsers: Object.freeze([]) });

/** What a stamp is made of. */
export interface Stamped {
  readonly factors: readonly Factor[];
  readonly backupCodes: BackupCodeSet | null;
  /** How often the application has told of a new password. */
  readonly passwordChanges: number;
}

/**
 * What the account's credentials are, in one string. SECURITY: C19, SESS-07: it is made of the record itself, so that no
 * change of a factor, whoever writes it and whenever, can leave a trusted browser behind.
 */
export function stampOf({ factors, backupCodes, passwordChanges }: Stamped): string {
  const bound = factors
    .filter(({ status }) => status !== 'pending')
    .map(({ id, status }) => `${id} ${status}`);
  return [passwordChanges, backupCodes?.id ?? '', ...bound.toSorted()].join('\n');
}

/** What is still trusted; the same object where nothing has ended. F3: none is trusted longer than from now on. */
export function keepTrust(trust: Trust, account: Stamped, lifeSeconds: number, now: number): Trust {
  const { stamp, browsers } = trust;
  if (browsers.length === 0) return trust;
  if (lifeSeconds === 0 || stamp !== stampOf(account)) return noTrust;
  const latest = Math.ceil(now) + lifeSeconds;
  if (browsers.every(({ expiresAt }) => expiresAt > now && expiresAt <= latest)) return trust;
  return {
    stamp,
    browsers: browsers
      .filter(({ expiresAt }) => expiresAt > now)
      .map((browser) => ({ ...browser, expiresAt: Math.min(browser.expiresAt, latest) })),
  };
}

/** What may be told of a trusted browser: everything but its hash. */
export interface TrustedBrowserView {
  readonly id: string;
  readonly createdAt: number;
  readonly lastUsedAt: number | null;
  readonly expiresAt: number;
}

/** SECURITY: rule 4, the fields are listed one by one, so that a new one is not shown by accident. */
export function viewTrustedBrowser({
  id,
  createdAt,
  lastUsedAt,
  expiresAt,
}: TrustedBrowser): TrustedBrowserView {
  return { id, createdAt, lastUsedAt, expiresAt };
}
