import type { Algorithm } from './algorithm.ts';
import type { SecretLike } from './secret.ts';

/** What a URI says that another app may not honour, or that was forgiven when it was read. */
export type KeyUriWarning =
  | 'weak-secret'
  | 'unusual-parameters'
  | 'no-issuer'
  | 'no-account-name'
  | 'colon-in-name'
  | 'name-too-long'
  | 'issuer-mismatch'
  | 'secret-not-canonical'
  | 'counter-missing'
  | 'unknown-parameter'
  | 'apple-scheme';

export interface KeyUriFields {
  readonly type: 'totp' | 'hotp';
  /** The service, as the app shows it; null for none, which lets two services overwrite each other in some apps. */
  readonly issuer: string | null;
  /** The user, as the app shows it. */
  readonly accountName: string;
  readonly secret: SecretLike;
  readonly algorithm?: Algorithm | undefined;
  readonly digits?: number | undefined;
  /** Of `totp` only. */
  readonly periodSeconds?: number | undefined;
  /** Of `hotp` only. */
  readonly counter?: number | bigint | undefined;
  /** Take a secret under 16 bytes, an empty account name and colons, as other programs write them. Default false. */
  readonly lenient?: boolean | undefined;
}

export interface KeyUriFormatOptions {
  /** Write algorithm, digits and period even where they are the default, for apps that want them. Default false. */
  readonly spellOut?: boolean | undefined;
}

/** The names that go into a URI, and how to write it. */
export interface KeyUriNaming extends KeyUriFormatOptions {
  readonly issuer: string | null;
  readonly accountName: string;
  readonly lenient?: boolean | undefined;
}
