/** Somebody whose password was right, and who owes the second factor: good for the challenge and nothing else. */
export interface PendingSession {
  readonly state: 'pending';
  /** The session id, for the cookie. */
  readonly token: string;
  readonly account: string;
  readonly ticket: string;
}

/** Somebody whose password was right, and who must have a second factor and has none: good for setting one up and nothing else. */
export interface EnrollingSession {
  readonly state: 'enrolling';
  readonly token: string;
  readonly account: string;
}

/** Somebody who has shown all that is asked for. */
export interface FullSession {
  readonly state: 'full';
  readonly token: string;
  readonly account: string;
  /** At a sign-in alone: a second factor must be set up by then, seconds since the epoch. */
  readonly enrollBy?: number;
  /** At a sign-in alone: the application remembers a second factor that a recovery has removed, and may forget it. */
  readonly wasRecovered?: true;
}
