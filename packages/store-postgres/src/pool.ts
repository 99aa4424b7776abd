/** One row, by the names of its columns. */
export type Row = Readonly<Record<string, unknown>>;

/** A statement as `pg` takes it; one with a name is prepared once on each connection. */
export interface PostgresQuery {
  readonly text: string;
  readonly values?: unknown[];
  readonly name?: string;
}

export interface PostgresNotice {
  /** SQLSTATE. */
  readonly code?: string | undefined;
  readonly message?: string | undefined;
}

/** As much of a client of `pg` as the store needs. */
export interface PostgresClient {
  query(query: PostgresQuery): Promise<{ readonly rows: readonly Row[] }>;
  /** Gives the connection back; with `true` it is closed and never used again. */
  release(destroy?: boolean): void;
  on(event: 'error', listener: (error: Error) => void): unknown;
  /** What the server says besides its answer. */
  on(event: 'notice', listener: (notice: PostgresNotice) => void): unknown;
  removeListener(event: 'error', listener: (error: Error) => void): unknown;
  removeListener(event: 'notice', listener: (notice: PostgresNotice) => void): unknown;
}

/** As much of a pool of `pg` as the store needs. */
export interface PostgresPool {
  connect(): Promise<PostgresClient>;
  end(): Promise<void>;
}
