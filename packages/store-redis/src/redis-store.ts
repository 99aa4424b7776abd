import {
  assertPageLimit,
  TidelockError,
  type AccountChange,
  type AccountId,
  type AccountQuery,
  type AccountStore,
  type AccountSummary,
  type CommitResult,
  type EventQuery,
  type ListQuery,
  type MessageResult,
  type OutgoingMessage,
  type Page,
  type StoredAccount,
  type StoredEvent,
} from '@tidelock/engine';
import { AccountKeys } from './account-keys.ts';
import { isCluster, type RedisClient } from './client.ts';
import { Connections } from './connections.ts';
import { EventKeys } from './event-keys.ts';
import { parsePosition } from './event-position.ts';
import { KeyNames } from './keys.ts';
import { MessageKeys } from './message-keys.ts';
import { duplicateClient, openClient } from './open-client.ts';
import { OpenPartitions } from './open-partitions.ts';
import { partitionOf } from './partition.ts';
import type { Durability } from './server-check.ts';

export interface RedisStoreOptions {
  /** What every key begins with: letters, digits, "_", "-", "." and ":"; `tidelock` by default. */
  readonly prefix?: string;
  /** How long a connection is waited for, and then an answer: 0.1 to 60, 5 by default. */
  readonly timeoutSeconds?: number;
  /** `as-configured` takes a server that may lose what it has answered; `always`, the default, does not. */
  readonly durability?: Durability;
  /** How many replicas must have a commit before it is answered (WAIT): 0 to 5, 0 by default. */
  readonly replicas?: number;
  /** Whether what looks like one server, such as a proxy, has several behind it; a cluster always has. False by default. */
  readonly sharded?: boolean;
}

const defaults: Required<RedisStoreOptions> = Object.freeze({
  prefix: 'tidelock',
  timeoutSeconds: 5,
  durability: 'always',
  replicas: 0,
  sharded: false,
});
const replicasMax = 5;

/**
 * Keeps accounts in Redis 7 or Valkey 8, a single server or a cluster. It connects at the first call, which also reports what
 * keeps it from connecting; the first write makes its keys. Any number of processes may share them.
 *
 * @param clientOrUrl a URL (`redis://…`), or a client of `ioredis` whose servers, names and certificates the store takes for
 *   connections of its own.
 * @throws TypeError, RangeError when an argument is none of the allowed; a fault comes from the calls, as `store/…`.
 * @example
 * const store = redisStore('redis://db.example:6379');
 * const tidelock = createTidelock({ issuer: 'Acme', store, keys });
 */
export function redisStore(clientOrUrl: RedisClient | string, options: RedisStoreOptions = {}): AccountStore {
  for (const key of Object.keys(options)) {
    if (!(key in defaults)) throw new TypeError(`redisStore has no option "${key}".`);
  }
  const { prefix, timeoutSeconds, durability, replicas, sharded } = { ...defaults, ...options };
  // Braces would move all partitions into one slot.
  if (typeof prefix !== 'string' || !/^[A-Za-z0-9_.:-]{1,64}$/.test(prefix))
    throw new RangeError('prefix is 1 to 64 letters, digits, "_", "-", "." and ":".');
  if (typeof timeoutSeconds !== 'number' || !(timeoutSeconds >= 0.1 && timeoutSeconds <= 60))
    throw new RangeError('timeoutSeconds is a number from 0.1 to 60.');
  if (durability !== 'always' && durability !== 'as-configured')
    throw new RangeError("durability is 'always' or 'as-configured'.");
  if (!Number.isInteger(replicas) || replicas < 0 || replicas > replicasMax)
    throw new RangeError(`replicas is a whole number from 0 to ${replicasMax}.`);
  if (typeof sharded !== 'boolean') throw new TypeError('sharded is true or false.');
  const client =
    typeof clientOrUrl === 'string'
      ? openClient(clientOrUrl, timeoutSeconds)
      : duplicateClient(clientOrUrl, timeoutSeconds);
  return new RedisStore(
    new Connections(client, { timeoutSeconds, durability, replicas }),
    new KeyNames(prefix),
    !sharded && !isCluster(client),
  );
}

class RedisStore implements AccountStore {
  readonly #connections: Connections;
  readonly #accounts: AccountKeys;
  readonly #events: EventKeys;
  readonly #messages: MessageKeys;
  readonly #inFlight = new Set<Promise<unknown>>();
  readonly #isOneServer: boolean;
  #closing: Promise<void> | null = null;

  constructor(connections: Connections, names: KeyNames, isOneServer: boolean) {
    const partitions = new OpenPartitions(connections, names);
    this.#connections = connections;
    this.#isOneServer = isOneServer;
    this.#accounts = new AccountKeys(partitions, names, isOneServer);
    this.#events = new EventKeys(partitions, names);
    this.#messages = new MessageKeys(partitions, names);
  }

  async load(ids: readonly AccountId[]): Promise<readonly (StoredAccount | null)[]> {
    const copies = ids.map(({ tenant, account }) => ({ tenant, account }));
    return this.#call(() => this.#accounts.load(copies));
  }

  async commit(changes: readonly AccountChange[]): Promise<readonly CommitResult[]> {
    return this.#call(() => this.#accounts.commit(changes));
  }

  /** A single server takes accounts of all partitions in one step; the nodes of a cluster do not. */
  partitionOf(id: AccountId): number {
    return this.#isOneServer ? 0 : partitionOf(id);
  }

  async *readEvents({ tenant, account, before, limit }: EventQuery): AsyncIterable<StoredEvent> {
    assertPageLimit(limit);
    const position = before === undefined ? null : parsePosition(before);
    const events = await this.#call(() =>
      account === undefined
        ? this.#events.ofTenant(tenant, position, limit)
        : this.#events.ofAccount({ tenant, account }, position, limit),
    );
    yield* events;
  }

  async listAccounts({ tenant, cursor, limit }: AccountQuery): Promise<Page<AccountSummary>> {
    assertPageLimit(limit);
    const rows = await this.#call(() => this.#accounts.list(tenant, cursor ?? '', limit + 1));
    return pageOf(rows, limit, ({ id }) => id.account);
  }

  async listTenants({ cursor, limit }: ListQuery): Promise<Page<string>> {
    assertPageLimit(limit);
    const rows = await this.#call(() => this.#accounts.listTenants(cursor ?? null, limit + 1));
    return pageOf(rows, limit, (name) => name);
  }

  async listMessages({ cursor, limit }: ListQuery): Promise<Page<OutgoingMessage>> {
    assertPageLimit(limit);
    const rows = await this.#call(() => this.#messages.list(cursor ?? '', limit + 1));
    return pageOf(rows, limit, ({ id }) => id);
  }

  async claimMessages(limit: number, leaseSeconds: number, now: number): Promise<readonly OutgoingMessage[]> {
    assertPageLimit(limit);
    return this.#call(() => this.#messages.claim(limit, leaseSeconds, now));
  }

  async settleMessages(results: readonly MessageResult[]): Promise<void> {
    await this.#call(() => this.#messages.settle(results));
  }

  close(): Promise<void> {
    this.#closing ??= this.#drain().then(() => this.#connections.close());
    return this.#closing;
  }

  async #drain(): Promise<void> {
    while (this.#inFlight.size > 0) await Promise.allSettled(this.#inFlight);
  }

  async #call<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#closing !== null) throw new TidelockError('store/closed');
    const call = work();
    this.#inFlight.add(call);
    try {
      return await call;
    } finally {
      this.#inFlight.delete(call);
    }
  }
}

function pageOf<Item>(rows: readonly Item[], limit: number, cursorOf: (item: Item) => string): Page<Item> {
  const items = rows.slice(0, limit);
  return { items, nextCursor: rows.length > limit ? cursorOf(items[limit - 1]!) : null };
}
