import type { DatabaseSync } from 'node:sqlite';
import type { SessionStore, StoredSession } from '@tidelock/web';

/** Sessions in a table of the application's own, under the hashes of their ids. */
export function createSessionTable(database: DatabaseSync, now: () => number): SessionStore {
  const insert = database.prepare('INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?)');
  const select = database.prepare('SELECT * FROM sessions WHERE id_hash = ?');
  const touch = database.prepare('UPDATE sessions SET last_used_at = ? WHERE id_hash = ?');
  const remove = database.prepare('DELETE FROM sessions WHERE id_hash = ?');
  const removeOthers = database.prepare('DELETE FROM sessions WHERE account = ? AND id_hash <> ?');
  const removeEnded = database.prepare('DELETE FROM sessions WHERE expires_at <= ?');
  const add = ({ idHash, account, state, ticket, createdAt, lastUsedAt, expiresAt }: StoredSession): void => {
    insert.run(idHash, account, state, ticket, createdAt, lastUsedAt, expiresAt);
  };
  return {
    async add(session) {
      removeEnded.run(now());
      add(session);
    },
    async find(idHash) {
      const row = select.get(idHash);
      return row === undefined ? null : readSession(row);
    },
    async replace(idHash, next) {
      database.exec('BEGIN IMMEDIATE');
      try {
        const isThere = remove.run(idHash).changes === 1;
        if (isThere) add(next);
        database.exec('COMMIT');
        return isThere;
      } catch (error) {
        database.exec('ROLLBACK');
        throw error;
      }
    },
    async touch(idHash, lastUsedAt) {
      touch.run(lastUsedAt, idHash);
    },
    async remove(idHash) {
      remove.run(idHash);
    },
    async removeOthers(account, keptIdHash) {
      removeOthers.run(account, keptIdHash);
    },
  };
}

function readSession(row: Record<string, unknown>): StoredSession {
  return {
    idHash: String(row['id_hash']),
    account: String(row['account']),
    state: readState(row['state']),
    ticket: typeof row['ticket'] === 'string' ? row['ticket'] : null,
    createdAt: Number(row['created_at']),
    lastUsedAt: Number(row['last_used_at']),
    expiresAt: Number(row['expires_at']),
  };
}

/** What is neither is owed something: it opens nothing. */
function readState(state: unknown): StoredSession['state'] {
  return state === 'full' || state === 'enrolling' ? state : 'pending';
}
