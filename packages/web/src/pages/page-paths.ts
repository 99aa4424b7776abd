import { notMePath } from '@tidelock/engine';

/** Where each page is. */
export interface PagePaths {
  /** The security page. */
  readonly security: string;
  readonly challenge: string;
  readonly enroll: string;
  readonly activate: string;
  readonly rename: string;
  readonly revoke: string;
  readonly backupCodes: string;
  /** The way back of somebody who lost every device, for whoever has passed the password. */
  readonly recovery: string;
  readonly recoveryBegin: string;
  readonly recoveryConfirm: string;
  /** What the link of a notice opens. */
  readonly notMe: string;
  /** The application's own pages. */
  readonly home: string;
  readonly signIn: string;
  readonly signOut: string;
  /** Where somebody sets a new password, also one who owes a code: the application then says `passwordChanged`. */
  readonly changePassword: string;
}

/** The application's own pages, to which ours lead. */
export type HostPaths = Pick<PagePaths, 'home' | 'signIn' | 'signOut' | 'changePassword'>;

export function createPagePaths(base: string, host: HostPaths): PagePaths {
  return {
    security: base,
    challenge: `${base}/challenge`,
    enroll: `${base}/enroll`,
    activate: `${base}/activate`,
    rename: `${base}/rename`,
    revoke: `${base}/revoke`,
    backupCodes: `${base}/backup-codes`,
    recovery: `${base}/recovery`,
    recoveryBegin: `${base}/recovery/begin`,
    recoveryConfirm: `${base}/recovery/confirm`,
    notMe: `${base}${notMePath}`,
    ...host,
  };
}
