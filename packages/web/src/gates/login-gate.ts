import {
  TidelockError,
  type ChallengeOptions,
  type ChallengeOutcome,
  type Locked,
  type Rejected,
  type Tidelock,
} from '@tidelock/engine';
import type { EnrollingSession, FullSession, PendingSession } from './gate-session.ts';
import { createSessionLedger, type SessionLedger, type SessionLimits } from './session-ledger.ts';
import type { SessionStore } from './session-store.ts';
import { hashSessionToken } from './session-token.ts';

export interface EnterOptions {
  /** What the application remembers of this user: an enrolled one whom the store does not know gets a fault and no session. */
  readonly enrolled: boolean;
  /** The application's names of the user's roles: a second factor may be required for one of them. */
  readonly roles?: readonly string[];
  /** The session id that the browser had until now: it ends. */
  readonly previous?: string | null;
}

/** Which session is meant; one that is not full is not found. */
type SessionName = Pick<FullSession, 'token' | 'account'>;

/** What came of a code. */
export type GateAnswer = { readonly outcome: 'accepted'; readonly session: FullSession } | Rejected | Locked;

/**
 * Where sessions are born. Two looks at a session id, one for each kind: whoever asks for a full session never gets a pending
 * one, so that a route that forgets to ask about the second factor refuses (C4, B03).
 */
export interface LoginGate {
  /**
   * After the right password: a full session, a pending one where a second factor is asked for, or one that is good for
   * setting up a factor that is required. @throws TidelockError
   */
  enter(account: string, options: EnterOptions): Promise<FullSession | PendingSession | EnrollingSession>;
  findFull(token: string | null): Promise<FullSession | null>;
  findPending(token: string | null): Promise<PendingSession | null>;
  findEnrolling(token: string | null): Promise<EnrollingSession | null>;
  /**
   * Once the factor that was owed is there: a pending session in the place of the enrolling one, since whoever set it up,
   * here or elsewhere, shows a code of it before anything else. Null while there is none; `ended` where the session has given
   * way already, as to another request of the same moment: it is good for nothing then. @throws TidelockError
   */
  challengeEnrolled(
    session: EnrollingSession,
    options?: Pick<EnterOptions, 'roles'>,
  ): Promise<PendingSession | 'ended' | null>;
  /** Judges a code for the session's own account, and lifts the session where it is right. @throws TidelockError */
  answer(session: PendingSession, code: unknown): Promise<GateAnswer>;
  /**
   * A full session with a new id, for the proof of an accepted verification with the purpose `login`; null without one.
   * For whoever calls `verify` themselves: a verdict that is not `accepted` has no proof, so that forgetting to look at
   * `outcome` ends in a refusal. @throws TidelockError
   */
  lift(session: PendingSession, proof: string | undefined): Promise<FullSession | null>;
  /** The same session under a new id, after more was proved (C21); null where it has ended meanwhile. */
  rotate(session: SessionName): Promise<FullSession | null>;
  /** Ends every other session of the account, after a factor or a password changed (C20). */
  endOthers(session: SessionName): Promise<void>;
  /** Ends every session of the account, after a recovery, and after a link that said "this was not me" (C20). */
  endAll(account: string): Promise<void>;
  /** Signs out. */
  leave(token: string | null): Promise<void>;
}

export interface LoginGateOptions {
  readonly tidelock: Tidelock;
  readonly sessions: SessionStore;
  readonly limits?: Partial<SessionLimits>;
}

/**
 * The gate between a password and a session.
 *
 * @example
 * const gate = createLoginGate({ tidelock, sessions });
 * const entered = await gate.enter(user.id, { enrolled: user.enrolled });   // the password was right
 * if (entered.state === 'pending') …                                        // ask for the code, then:
 * const answer = await gate.answer(entered, code);                          // { outcome: 'accepted', session } | …
 */
export function createLoginGate({ tidelock, sessions, limits }: LoginGateOptions): LoginGate {
  const ledger = createSessionLedger({ sessions, limits, now: () => tidelock.clock.now() });

  const find = findUnended(ledger, tidelock);

  const lift = async ({ account, token }: PendingSession, proof: string | undefined) => {
    // SECURITY: C4, C5, the proof is of this account and of a sign-in, or the engine refuses it.
    if (typeof proof !== 'string') return null;
    const redeemed = await tidelock.redeem(account, { proof, purpose: 'login' });
    if (redeemed.outcome !== 'accepted') return null;
    return ledger.exchange(token, account);
  };

  return {
    async enter(account, { enrolled, roles, previous = null }) {
      const challenge = await challengeOrOverdue(tidelock, account, {
        purpose: 'login',
        ...(enrolled ? { expected: 'enrolled' } : {}),
        ...(roles === undefined ? {} : { roles }),
      });
      // SECURITY: C21, the id from before the password is not the id after it.
      if (previous !== null) await ledger.end(previous);
      if (challenge === 'overdue') return ledger.beginEnrolling(account);
      if (challenge.required) return ledger.beginPending(account, challenge.ticket);
      const { enrollBy, wasRecovered } = challenge;
      return {
        ...(await ledger.beginFull(account)),
        ...(enrollBy === undefined ? {} : { enrollBy }),
        ...(wasRecovered === undefined ? {} : { wasRecovered }),
      };
    },
    async findEnrolling(token) {
      const found = await find(token, 'enrolling');
      return found === null ? null : { state: 'enrolling', token: found.token, account: found.account };
    },
    challengeEnrolled: (session, options = {}) => challengeEnrolled({ ledger, tidelock }, session, options),
    async findFull(token) {
      const found = await find(token, 'full');
      return found === null ? null : { state: 'full', token: found.token, account: found.account };
    },
    async findPending(token) {
      const found = await find(token, 'pending');
      return found?.ticket === undefined || found.ticket === null
        ? null
        : { state: 'pending', token: found.token, account: found.account, ticket: found.ticket };
    },
    async answer(session, code) {
      // SECURITY: C7, whose code it must be is said by the session, and by nothing in the request.
      const verdict = await tidelock.verify(session.account, { code, ticket: session.ticket });
      if (verdict.outcome !== 'accepted') return verdict;
      const lifted = await lift(session, verdict.proof);
      if (lifted === null) return { outcome: 'rejected', reason: 'expired', attemptsLeft: 0 };
      return { outcome: 'accepted', session: lifted };
    },
    lift,
    rotate: ({ token, account }) => ledger.exchange(token, account, 'full'),
    endOthers: ({ account, token }) => sessions.removeOthers(account, hashSessionToken(token)),
    // No session has the hash of nothing, so that none is kept.
    endAll: (account) => sessions.removeOthers(account, ''),
    leave: (token) => ledger.end(token),
  };
}

type Entered = (ChallengeOutcome & { readonly wasRecovered?: true }) | 'overdue';

/**
 * The challenge of a sign-in, and what two refusals mean at the door. SECURITY: C8, whoever has a factor already, of a kind that
 * does not count, gets no session by the password alone. Rule 3, an account that the application remembers and the store does not
 * know stays a fault; one whose factors a recovery has removed is known, and the store says when.
 */
async function challengeOrOverdue(
  tidelock: Tidelock,
  account: string,
  options: ChallengeOptions,
): Promise<Entered> {
  try {
    return await tidelock.challenge(account, options);
  } catch (error) {
    const code = error instanceof TidelockError ? error.code : null;
    const view = await tidelock.account(account);
    const isKnown = view.factors.some(({ status }) => status !== 'pending');
    if (code === 'engine/enrollment-required' && !isKnown) return 'overdue';
    if (code !== 'engine/account-not-enrolled' || isKnown || view.sessionsEndedAt === null) throw error;
    const { expected: _, ...anew } = options;
    const entered = await challengeOrOverdue(tidelock, account, anew);
    return entered === 'overdue' ? entered : { ...entered, wasRecovered: true };
  }
}

async function isEnrolled(tidelock: Tidelock, account: string): Promise<boolean> {
  return (await tidelock.account(account)).factors.some(({ status }) => status !== 'pending');
}

/**
 * SECURITY: C20, C22: a session that began before everybody was signed out has ended, whether or not somebody could remove it
 * then: the record says so, in every process.
 */
function findUnended(ledger: SessionLedger, tidelock: Tidelock): SessionLedger['find'] {
  return async (token, state) => {
    const found = await ledger.find(token, state);
    if (found === null) return null;
    const { sessionsEndedAt } = await tidelock.account(found.account);
    if (sessionsEndedAt === null || found.createdAt >= sessionsEndedAt) return found;
    await ledger.end(token);
    return null;
  };
}

async function challengeEnrolled(
  { ledger, tidelock }: { readonly ledger: SessionLedger; readonly tidelock: Tidelock },
  { token, account }: EnrollingSession,
  roles: Pick<EnterOptions, 'roles'>,
): Promise<PendingSession | 'ended' | null> {
  if (!(await isEnrolled(tidelock, account))) return null;
  const wanted = { purpose: 'login', expected: 'enrolled', ...roles } as const;
  const challenge = await tidelock.challenge(account, wanted);
  if (!challenge.required) return 'ended';
  // SECURITY: C8, one that lost its place to another request is no session of somebody who has no factor.
  return (await ledger.exchangeEnrolling(token, account, challenge.ticket)) ?? 'ended';
}
