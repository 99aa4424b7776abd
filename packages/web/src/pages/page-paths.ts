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
  /** The application's own pages. */
  readonly home: string;
  readonly signIn: string;
  readonly signOut: string;
}

/** The application's own pages, to which ours lead. */
export type HostPaths = Pick<PagePaths, 'home' | 'signIn' | 'signOut'>;

export function createPagePaths(base: string, host: HostPaths): PagePaths {
  return {
    security: base,
    challenge: `${base}/challenge`,
    enroll: `${base}/enroll`,
    activate: `${base}/activate`,
    rename: `${base}/rename`,
    revoke: `${base}/revoke`,
    backupCodes: `${base}/backup-codes`,
    ...host,
  };
}
