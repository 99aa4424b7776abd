/** Somebody whose password was right, and who owes the second factor: good for the challenge and nothing else. */
export interface PendingSession {
  readonly state: 'pending';
  /** The session id, for the cookie. */
  readonly token: string;
  readonly account: string;
  readonly ticket: string;
}

/** Somebody who has shown all that is asked for. */
export interface FullSession {
  readonly state: 'full';
  readonly token: string;
  readonly account: string;
}
