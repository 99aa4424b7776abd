import type { SessionStore, StoredSession } from '../gates/session-store.ts';

/** Sessions in memory, with a look at what is kept. */
export function memorySessionStore(): SessionStore & { readonly kept: Map<string, StoredSession> } {
  const kept = new Map<string, StoredSession>();
  return {
    kept,
    async add(session) {
      kept.set(session.idHash, session);
    },
    find: async (idHash) => kept.get(idHash) ?? null,
    async replace(idHash, next) {
      if (!kept.delete(idHash)) return false;
      kept.set(next.idHash, next);
      return true;
    },
    async touch(idHash, lastUsedAt) {
      const session = kept.get(idHash);
      if (session !== undefined) kept.set(idHash, { ...session, lastUsedAt });
    },
    async remove(idHash) {
      kept.delete(idHash);
    },
    async removeOthers(account, keptIdHash) {
      for (const [idHash, session] of kept)
        if (session.account === account && idHash !== keptIdHash) kept.delete(idHash);
    },
  };
}
