import { DatabaseSync } from 'node:sqlite';
import { betterAuth } from 'better-auth';
import { twoFactor } from 'better-auth/plugins';
import pg from 'pg';

/**
 * better-auth as its documentation sets it up, with e-mail, password and the two-factor plugin. What differs from its defaults: the rate
 * limiter is off, since it lets three requests in ten seconds through to /two-factor/*, and no telemetry is sent.
 *
 * @param {{ database: string, baseURL: string, secret: string, isSeeding?: boolean }} options a file of SQLite, or a URL of PostgreSQL.
 */
export function openAuth({ database, baseURL, secret, isSeeding = false }) {
  return betterAuth({
    baseURL,
    secret,
    database: database.startsWith('postgres:') ? openPostgres(database) : openSqlite(database, isSeeding),
    emailAndPassword: { enabled: true },
    plugins: [twoFactor()],
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
  });
}

/** As durable as our own store, and as fast as it can be so: a log that is synchronised at each commit. */
function openSqlite(path, isSeeding) {
  const database = new DatabaseSync(path);
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${isSeeding ? 'OFF' : 'FULL'}`);
  return database;
}

/** As many connections as our own store has; the default of `pg` is ten. */
function openPostgres(url) {
  return new pg.Pool({ connectionString: url, max: 16 });
}
