import type { FullSession, PendingSession } from './gate-session.ts';
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
  find(
    token: string | null,
    state: StoredSession['state'],
  ): Promise<(StoredSession & { readonly token: string }) | null>;
  /** A full session under a new id in the place of one that is there, in the state that is expected. */
  exchange(token: string, account: string, from?: StoredSession['state']): Promise<FullSession | null>;
  end(token: string | null): Promise<void>;
}

export interface SessionLedgerOptions {
  readonly sessions: SessionStore;
  readonly limits?: Partial<SessionLimits> | undefined;
  /** Seconds since the epoch. */
  readonly now: () => number;
}

export function createSessionLedger({ sessions, now, ...options }: SessionLedgerOptions): SessionLedger {
  const limits = { ...limitsDefault, ...options.limits };
  const describe = (token: string, account: string, ticket: string | null): StoredSession => {
    const at = now();
    const seconds = ticket === null ? limits.fullSeconds : limits.pendingSeconds;
    const state = ticket === null ? 'full' : 'pending';
    const life = { createdAt: at, lastUsedAt: at, expiresAt: at + seconds };
    return { idHash: hashSessionToken(token), account, state, ticket, ...life };
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
      const token = newSessionToken();
      await sessions.add(describe(token, account, ticket));
      return { state: 'pending', token, account, ticket };
    },
    async beginFull(account) {
      const token = newSessionToken();
      await sessions.add(describe(token, account, null));
      return { state: 'full', token, account };
    },
    async exchange(token, account, from = 'pending') {
      const found = await find(token, from);
      if (found === null || found.account !== account) return null;
      const next = newSessionToken();
      const session = describe(next, account, null);
      // A new id is no new day: what was full keeps its end.
      const kept =
        from === 'full' ? { ...session, createdAt: found.createdAt, expiresAt: found.expiresAt } : session;
      return (await sessions.replace(found.idHash, kept)) ? { state: 'full', token: next, account } : null;
    },
    async end(token) {
      if (token !== null) await sessions.remove(hashSessionToken(token));
    },
  };
}
