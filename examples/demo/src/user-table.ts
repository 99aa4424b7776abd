import type { DatabaseSync } from 'node:sqlite';

/** Somebody who has registered. */
export interface User {
  /** What Tidelock knows them by: it stays the same, should they ever change their name. */
  readonly id: string;
  readonly name: string;
  readonly password: string;
  /** Whether we know them to have a second factor. */
  readonly isEnrolled: boolean;
}

export interface UserTable {
  findByKey(key: string): User | null;
  findById(id: string): User | null;
  /** Null where the name is taken. */
  add(user: { readonly key: string; readonly name: string; readonly password: string }): User | null;
  rememberEnrolled(id: string, isEnrolled: boolean): void;
  /** Takes the hash, as `add` does. */
  changePassword(id: string, password: string): void;
}

export function createUserTable(database: DatabaseSync): UserTable {
  const columns = 'number, name, password, is_enrolled';
  const byKey = database.prepare(`SELECT ${columns} FROM users WHERE name_key = ?`);
  const byNumber = database.prepare(`SELECT ${columns} FROM users WHERE number = ?`);
  const insert = database.prepare(
    `INSERT INTO users (name_key, name, password) VALUES (?, ?, ?) ON CONFLICT DO NOTHING RETURNING ${columns}`,
  );
  const remember = database.prepare('UPDATE users SET is_enrolled = ? WHERE number = ?');
  const changePassword = database.prepare('UPDATE users SET password = ? WHERE number = ?');
  return {
    changePassword(id, password) {
      changePassword.run(password, numberOf(id));
    },
    findByKey: (key) => readUser(byKey.get(key)),
    findById: (id) => readUser(byNumber.get(numberOf(id))),
    add: ({ key, name, password }) => readUser(insert.get(key, name, password)),
    rememberEnrolled(id, isEnrolled) {
      remember.run(isEnrolled ? 1 : 0, numberOf(id));
    },
  };
}

function readUser(row: Record<string, unknown> | undefined): User | null {
  if (row === undefined) return null;
  return {
    id: `user-${String(row['number'])}`,
    name: String(row['name']),
    password: String(row['password']),
    isEnrolled: row['is_enrolled'] === 1,
  };
}

/** -1, which nobody has, for an id that is none of ours. */
function numberOf(id: string): number {
  return Number(/^user-(\d{1,15})$/.exec(id)?.[1] ?? -1);
}
