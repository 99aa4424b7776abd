/** What a command takes. */
export type CommandArguments = readonly (string | number)[];

/** The answers of several commands that were sent together, each with its error or null. */
type Answers = readonly (readonly [error: Error | null, answer?: unknown])[] | null;

/** As much of a client of `ioredis` as the store needs: `Redis` and `Cluster` have it. */
export interface RedisClient {
  readonly status: string;
  readonly isCluster: boolean;
  connect(): Promise<void>;
  disconnect(): void;
  call(command: string, ...values: (string | number)[]): Promise<unknown>;
  pipeline(commands: (string | number)[][]): { exec(): Promise<Answers> };
  on(event: string, listener: (value: unknown) => void): unknown;
  /** One more client with the same settings but for those given; of a cluster, they are the second argument. */
  duplicate(...settings: never[]): unknown;
}

/** What a cluster has besides. */
export interface ClusterClient extends RedisClient {
  /** For each slot the names of the nodes that have it, its master's first; empty before it is known. */
  readonly slots: readonly (readonly string[] | undefined)[];
  nodes(role: 'all'): RedisClient[];
  refreshSlotsCache(): void;
}

export function isCluster(client: RedisClient): client is ClusterClient {
  return client.isCluster;
}
