/** "TdLk": the key of the lock, the same for every schema. */
const lockKey = 0x54_64_4c_6b;

/**
 * A process that freezes or is cut off between two statements lets go after this: before a commit behind it gives up waiting, which
 * by default it does after 5 s.
 */
const idleTimeout = '3s';

/**
 * The lock under which tables are made, changed and dropped, the first statement of its transaction. Of the transaction and not of
 * the session, so that PgBouncer may hand the connection on. SECURITY: F1, it bounds how long a silent process holds up everybody
 * else (`a process that freezes with the log locked`).
 */
export const lockTables: string = `SET LOCAL idle_in_transaction_session_timeout = '${idleTimeout}'; SELECT pg_advisory_xact_lock(${lockKey})`;
