import type { Locked, Rejected, Tidelock } from '@tidelock/engine';
import type { FullSession, PendingSession } from './gate-session.ts';
import { createSessionLedger, type SessionLimits } from './session-ledger.ts';
import type { SessionStore } from './session-store.ts';
import { hashSessionToken } from './session-token.ts';

export interface EnterOptions {
  /** What the application remembers of this user: an enrolled one whom the store does not know gets a fault and no session. */
  readonly enrolled: boolean;
  /** The session id that the browser had until now: it ends. */
  readonly previous?: string | null;
}

/** What came of a code. */
export type GateAnswer = { readonly outcome: 'accepted'; readonly session: FullSession } | Rejected | Locked;

/**
 * Where sessions are born. Two looks at a session id, one for each kind: whoever asks for a full session never gets a pending
 * one, so that a route that forgets to ask about the second factor refuses (C4, B03).
 */
export interface LoginGate {
  /** After the right password: a full session, or a pending one where a second factor is asked for. @throws TidelockError */
  enter(account: string, options: EnterOptions): Promise<FullSession | PendingSession>;
  findFull(token: string | null): Promise<FullSession | null>;
  findPending(token: string | null): Promise<PendingSession | null>;
  /** Judges a code for the session's own account, and lifts the session where it is right. @throws TidelockError */
  answer(session: PendingSession, code: unknown): Promise<GateAnswer>;
  /**
   * A full session with a new id, for the proof of an accepted verification with the purpose `login`; null without one.
   * For whoever calls `verify` themselves: a verdict that is not `accepted` has no proof, so that forgetting to look at
   * `outcome` ends in a refusal. @throws TidelockError
   */
  lift(session: PendingSession, proof: string | undefined): Promise<FullSession | null>;
  /** The same session under a new id, after more was proved (C21); null where it has ended meanwhile. */
  rotate(session: FullSession): Promise<FullSession | null>;
  /** Ends every other session of the account, after a factor or a password changed (C20). */
  endOthers(session: FullSession): Promise<void>;
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

  const lift = async ({ account, token }: PendingSession, proof: string | undefined) => {
    // SECURITY: C4, C5, the proof is of this account and of a sign-in, or the engine refuses it.
    if (typeof proof !== 'string') return null;
    const redeemed = await tidelock.redeem(account, { proof, purpose: 'login' });
    if (redeemed.outcome !== 'accepted') return null;
    return ledger.exchange(token, account);
  };

  return {
    async enter(account, { enrolled, previous = null }) {
      const challenge = await tidelock.challenge(account, {
        purpose: 'login',
        ...(enrolled ? { expected: 'enrolled' } : {}),
      });
      // SECURITY: C21, the id from before the password is not the id after it.
      if (previous !== null) await ledger.end(previous);
      return challenge.required ? ledger.beginPending(account, challenge.ticket) : ledger.beginFull(account);
    },
    async findFull(token) {
      const found = await ledger.find(token, 'full');
      return found === null ? null : { state: 'full', token: found.token, account: found.account };
    },
    async findPending(token) {
      const found = await ledger.find(token, 'pending');
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
    leave: (token) => ledger.end(token),
  };
}
