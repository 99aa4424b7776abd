import type { EnrollingSession, FullSession, PendingSession } from './gate-session.ts';
import type { SessionStore, StoredSession } from './session-store.ts';
import { hashSessionToken, newSessionToken } from './session-token.ts';

/** How long sessions last. */
export interface SessionLimits {
  readonly fullSeconds: number;
  readonly idleSeconds: number;
  readonly pendingSeconds: number;
}

/** NIST SP 800-63B-4 §2.2.3: a day at most, an hour without use; a pending one as long as its ticket. */
const limitsDefault: SessionLimits = Object.freeze({
  fullSeconds: 24 * 3600,
  idleSeconds: 3600,
  pendingSeconds: 600,
});
/** A session that is used is written no more often than this. */
const touchSeconds = 60;

/** Sessions under the hashes of their ids, with their limits. */
export interface SessionLedger {
  beginPending(account: string, ticket: string): Promise<PendingSession>;
  beginFull(account: string): Promise<FullSession>;
  beginEnrolling(account: string): Promise<EnrollingSession>;
  find(
    token: string | null,
    state: StoredSession['state'],
  ): Promise<(StoredSession & { readonly token: string }) | null>;
  /** A full session under a new id in the place of one that is there, in the state that is expected. */
  exchange(token: string, account: string, from?: StoredSession['state']): Promise<FullSession | null>;
  /** A pending session under a new id in the place of an enrolling one; null where that has ended. */
  exchangeEnrolling(token: string, account: string, ticket: string): Promise<PendingSession | null>;
  end(token: string | null): Promise<void>;
}

type SessionKind = Pick<StoredSession, 'state' | 'ticket'>;

export interface SessionLedgerOptions {
  readonly sessions: SessionStore;
  readonly limits?: Partial<SessionLimits> | undefined;
  /** Seconds since the epoch. */
  readonly now: () => number;
}

export function createSessionLedger({ sessions, now, ...options }: SessionLedgerOptions): SessionLedger {
  const limits = { ...limitsDefault, ...options.limits };
  const describe = (token: string, account: string, kind: SessionKind): StoredSession =>
    describeSession({ token, account, kind, at: now(), limits });
  const begin = async (account: string, kind: SessionKind): Promise<string> => {
    const token = newSessionToken();
    await sessions.add(describe(token, account, kind));
    return token;
  };

  const find: SessionLedger['find'] = async (token, state) => {
    if (token === null) return null;
    const found = await sessions.find(hashSessionToken(token));
    const at = now();
    if (found === null || found.state !== state) return null;
    if (found.expiresAt <= at || found.lastUsedAt + limits.idleSeconds <= at) {
      await sessions.remove(found.idHash);
      return null;
    }
    if (found.lastUsedAt + touchSeconds <= at) await sessions.touch(found.idHash, at);
    return { ...found, token };
  };

  return {
    find,
    async beginPending(account, ticket) {
      return { state: 'pending', token: await begin(account, { state: 'pending', ticket }), account, ticket };
    },
    async beginFull(account) {
      return { state: 'full', token: await begin(account, { state: 'full', ticket: null }), account };
    },
    async beginEnrolling(account) {
      return {
        state: 'enrolling',
        token: await begin(account, { state: 'enrolling', ticket: null }),
        account,
      };
    },
    async exchange(token, account, from = 'pending') {
      const found = await find(token, from);
      if (found === null || found.account !== account) return null;
      const next = newSessionToken();
      const session = describe(next, account, { state: 'full', ticket: null });
      // A new id is no new day: what was full keeps its end.
      const kept =
        from === 'full' ? { ...session, createdAt: found.createdAt, expiresAt: found.expiresAt } : session;
      return (await sessions.replace(found.idHash, kept)) ? { state: 'full', token: next, account } : null;
    },
    async exchangeEnrolling(token, account, ticket) {
      const found = await find(token, 'enrolling');
      if (found === null || found.account !== account) return null;
      const next = newSessionToken();
      const pending = describe(next, account, { state: 'pending', ticket });
      return (await sessions.replace(found.idHash, pending))
        ? { state: 'pending', token: next, account, ticket }
        : null;
    },
    async end(token) {
      if (token !== null) await sessions.remove(hashSessionToken(token));
    },
  };
}

interface NewSession {
  readonly token: string;
  readonly account: string;
  readonly kind: SessionKind;
  /** Seconds since the epoch. */
  readonly at: number;
  readonly limits: SessionLimits;
}

function describeSession({ token, account, kind, at, limits }: NewSession): StoredSession {
  const seconds = kind.state === 'full' ? limits.fullSeconds : limits.pendingSeconds;
  const life = { createdAt: at, lastUsedAt: at, expiresAt: at + seconds };
  return { idHash: hashSessionToken(token), account, ...kind, ...life };
}
