/** A session as an application keeps it: under the hash of its id, so that a stolen table opens nothing. */
export interface StoredSession {
  readonly idHash: string;
  /** The application's own user id. */
  readonly account: string;
  /**
   * `pending` until the second factor was proved: such a session may do nothing but that, and end. `enrolling` until one
   * that is required was set up, and then pending.
   */
  readonly state: 'pending' | 'enrolling' | 'full';
  /** The open challenge of a pending session. Worth nothing without a code of its owner. */
  readonly ticket: string | null;
  /** Seconds since the epoch, as all instants. */
  readonly createdAt: number;
  readonly lastUsedAt: number;
  readonly expiresAt: number;
}

/** What a gate needs of an application's sessions: any table with a unique key can be one. */
export interface SessionStore {
  add(session: StoredSession): Promise<void>;
  find(idHash: string): Promise<StoredSession | null>;
  /** Ends one session and begins another, in one step; false where the first was gone, and then nothing was changed. */
  replace(idHash: string, next: StoredSession): Promise<boolean>;
  touch(idHash: string, lastUsedAt: number): Promise<void>;
  remove(idHash: string): Promise<void>;
  /** Ends every session of this account but one, pending ones too. */
  removeOthers(account: string, keptIdHash: string): Promise<void>;
}
