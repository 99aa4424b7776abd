import { Cluster, Redis, type ClusterOptions, type RedisOptions } from 'ioredis';
import { isCluster, type RedisClient } from './client.ts';
import { parseRedisUrl } from './redis-url.ts';

/** Between two tries to connect, in milliseconds: a little longer each time, up to the second. */
const retryStepMs = 50;
const retryMaxMs = 1_000;

const retryDelayOf = (times: number): number => Math.min(times * retryStepMs, retryMaxMs);

/**
 * How the store's own connections are made, whatever the application's are.
 *
 * SECURITY: a command is sent once. By itself the client would send again what was under way when a connection broke; a commit
 * that was carried out would then be reported as a conflict, decided anew, and a right code be refused as spent (design §3:
 * `unknown` is never tried again). `is unknown and was sent once` goes red without this.
 */
function settingsFor(timeoutSeconds: number) {
  const timeoutMs = timeoutSeconds * 1_000;
  return {
    lazyConnect: true,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    reconnectOnError: null,
    enableReadyCheck: true,
    enableAutoPipelining: false,
    retryStrategy: retryDelayOf,
    connectTimeout: timeoutMs,
    // A server that is silent for so long is hung up on, and the connection made anew.
    socketTimeout: timeoutMs,
    keyPrefix: '',
    stringNumbers: false,
    replyMapping: 'legacy',
    readOnly: false,
  } as const satisfies RedisOptions;
}

function clusterSettingsFor(timeoutSeconds: number, ofNodes: NodeOptions) {
  const {
    retryStrategy: _,
    enableOfflineQueue: _queue,
    readOnly: _role,
    ...settings
  } = settingsFor(timeoutSeconds);
  return {
    lazyConnect: true,
    // A node that joins is connected when the first command is for it; what comes meanwhile waits, and is sent once too.
    enableOfflineQueue: true,
    enableReadyCheck: true,
    enableAutoPipelining: false,
    scaleReads: 'master',
    // As above: MOVED, ASK, TRYAGAIN and CLUSTERDOWN say that nothing was done, a broken connection does not.
    retryDelayOnFailover: 0,
    clusterRetryStrategy: retryDelayOf,
    // SECURITY: C17, a node that connected anew by itself would not be looked at; so it leaves, and joins.
    // `that was silent when it was looked at` goes red without this.
    clusterNodeRetryStrategy: null,
    keyPrefix: '',
    redisOptions: { ...ofNodes, ...settings },
  } as const satisfies ClusterOptions;
}

type NodeOptions = NonNullable<ClusterOptions['redisOptions']>;

/**
 * A client of the store's own, with the servers, names and certificates of the application's.
 *
 * @throws TypeError where it is none, RangeError where it has a `keyPrefix`.
 */
export function duplicateClient(client: RedisClient, timeoutSeconds: number): RedisClient {
  if (typeof client?.duplicate !== 'function' || typeof client.isCluster !== 'boolean')
    throw new TypeError('A Redis store takes a URL, or a client (Redis or Cluster) of ioredis.');
  const original = client as unknown as Redis | Cluster;
  if ((original.options.keyPrefix ?? '') !== '')
    throw new RangeError('The client has a keyPrefix. Keys of the store begin with its own option, prefix.');
  if (!isCluster(client)) return (original as Redis).duplicate(settingsFor(timeoutSeconds));
  const cluster = original as Cluster;
  return cluster.duplicate([], clusterSettingsFor(timeoutSeconds, cluster.options.redisOptions ?? {}));
}

/**
 * A client for a URL as `redis-url.ts` reads it.
 *
 * @throws RangeError where it is none; the message does not repeat it, since there may be a password in it.
 */
export function openClient(url: string, timeoutSeconds: number): RedisClient {
  const { hosts, isCluster: isOfCluster, username, password, database, hasTls } = parseRedisUrl(url);
  const server = {
    connectionName: 'tidelock',
    ...(username === '' ? {} : { username }),
    ...(password === '' ? {} : { password }),
    ...(hasTls ? { tls: {} } : {}),
  };
  if (!isOfCluster)
    return new Redis({ ...server, ...hosts[0]!, db: database, ...settingsFor(timeoutSeconds) });
  return new Cluster([...hosts], {
    ...clusterSettingsFor(timeoutSeconds, server),
    // With TLS a node is called by the name that is in its certificate.
    ...(hasTls ? { dnsLookup: (host, callback) => callback(null, host) } : {}),
  });
}
