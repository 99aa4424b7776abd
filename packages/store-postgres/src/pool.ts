/** One row, by the names of its columns. */
export type Row = Readonly<Record<string, unknown>>;

/** As much of a client of `pg` as the store needs. */
export interface PostgresClient {
  query(text: string, values?: unknown[]): Promise<{ readonly rows: readonly Row[] }>;
  /** Gives the connection back; with `true` it is closed and never used again. */
  release(destroy?: boolean): void;
  on(event: 'error', listener: (error: Error) => void): unknown;
  removeListener(event: 'error', listener: (error: Error) => void): unknown;
}

/** As much of a pool of `pg` as the store needs. */
export interface PostgresPool {
  connect(): Promise<PostgresClient>;
  end(): Promise<void>;
}
