/** "TdLk": the key of the lock, the same for every schema. */
const lockKey = 0x54_64_4c_6b;

/**
 * The lock under which tables are made, changed and dropped. Of the transaction and not of the session, so that PgBouncer may
 * hand the connection on.
 */
export const lockTables: string = `SELECT pg_advisory_xact_lock(${lockKey})`;
