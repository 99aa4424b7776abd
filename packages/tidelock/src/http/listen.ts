import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { errnoOf } from '../service/errno.ts';
import { ServiceError } from '../service-error.ts';
import { createDrain, type Drain } from './drain.ts';

/** A fetch handler that wants to know who called. */
export type FetchHandler = (
  request: Request,
  connection: { readonly remoteAddress?: string },
) => Response | Promise<Response>;

export interface ListenOptions {
  readonly fetch: FetchHandler;
  readonly host: string;
  /** Null for 3000, or the next free one; 0 for any. */
  readonly port: number | null;
  /** What differs from the defaults. */
  readonly limits?: Partial<HttpLimits>;
}

/** A server that answers. */
export interface Listening {
  readonly host: string;
  readonly port: number;
  /** As a browser on this machine writes it. */
  readonly url: string;
  /** Begins the end without refusing anybody: each answer is the last of its connection, and says so. */
  announceEnd(): void;
  /**
   * Stops accepting, lets every request in flight finish and get its answer, and closes the connections. Resolves with
   * how many requests the deadline cut off: 0 where all went well.
   */
  close(deadlineSeconds?: number): Promise<number>;
}

/** Every wait and size of the server. */
export interface HttpLimits {
  /** From the opening of a connection, or the first byte of a request, to the end of its headers. */
  readonly headersSeconds: number;
  readonly requestSeconds: number;
  readonly keepAliveSeconds: number;
  /** How often Node looks at the first two. */
  readonly checkSeconds: number;
  readonly headerBytesMax: number;
  readonly connectionsMax: number;
}

const httpLimits: HttpLimits = Object.freeze({
  headersSeconds: 10, // a slow or silent client holds a connection no longer (Slowloris)
  requestSeconds: 30, // the API itself waits 10 s for a body
  keepAliveSeconds: 75, // longer than the 60 s after which common proxies close theirs, so that they close first
  checkSeconds: 1, // Node's default of 30 s would make 40 and 60 of the first two
  headerBytesMax: 16 * 1024, // Node's own default; a request of ours has some 400
  connectionsMax: 10_000, // some 30 KB each
});

const portDefault = 3000;
const portTries = 100;
const closeDeadlineSeconds = 10;

/**
 * Serves a fetch handler on a port.
 *
 * @throws ServiceError `service/port-taken`, `service/cannot-listen`
 * @example
 * const server = await listen({ fetch: (...call) => api.fetch(...call), host: '127.0.0.1', port: null });
 */
export async function listen(options: ListenOptions): Promise<Listening> {
  const { fetch, host } = options;
  const limits = { ...httpLimits, ...options.limits };
  const server = createServer({
    headersTimeout: limits.headersSeconds * 1000,
    requestTimeout: limits.requestSeconds * 1000,
    keepAliveTimeout: limits.keepAliveSeconds * 1000,
    connectionsCheckingInterval: limits.checkSeconds * 1000,
    maxHeaderSize: limits.headerBytesMax,
  });
  server.maxConnections = limits.connectionsMax;
  const drain = createDrain(server);
  // Before the listener that answers: what is not to be served is taken out of its way there.
  serve(server, drain, fetch);
  await bind(server, options);
  const { port } = server.address() as AddressInfo;
  return {
    host,
    port,
    url: `http://${urlHost(host)}:${port}`,
    announceEnd: () => drain.announce(),
    close: (deadlineSeconds = closeDeadlineSeconds) => drain.close(deadlineSeconds),
  };
}

function serve(server: Server, drain: Drain, fetch: FetchHandler): void {
  const answer = getRequestListener((request, { incoming }) => {
    const { remoteAddress } = incoming.socket;
    return fetch(request, remoteAddress === undefined ? {} : { remoteAddress });
  });
  server.on('request', (incoming, outgoing) => {
    if (!drain.enter(incoming, outgoing)) return;
    if (isPlainTarget(incoming.url ?? '')) void answer(incoming, outgoing);
    else refuseTarget(outgoing);
  });
}

/** A dot segment, spelled out or percent-encoded, which a URL parser resolves before any route sees it. */
const dotSegment = /\/(?:\.|%2e){1,2}(?=[/?#]|$)/i;

/**
 * Whether a request target is a path as it is meant. SECURITY: S02, the absolute form would let the client say by itself
 * that it came by https; a dot segment would lead to another account than the one that is named.
 */
function isPlainTarget(target: string): boolean {
  return target.startsWith('/') && !dotSegment.test(target.split('?', 1)[0]!);
}

function refuseTarget(outgoing: ServerResponse): void {
  const detail = 'Send the path alone, without a host before it and without "." or ".." between its slashes.';
  const body = JSON.stringify({ type: 'about:blank', title: 'Bad Request', status: 400, detail });
  outgoing.writeHead(400, {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    connection: 'close',
  });
  outgoing.end(body);
}

async function bind(server: Server, { host, port }: ListenOptions): Promise<void> {
  if (port !== null) return tryPort(server, host, port);
  for (let next = portDefault; ; next++) {
    try {
      return await tryPort(server, host, next);
    } catch (error) {
      const isTaken = error instanceof ServiceError && error.code === 'service/port-taken';
      if (!isTaken || next === portDefault + portTries - 1) throw error;
    }
  }
}

function tryPort(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (error: Error): void => reject(explain(error, host, port));
    server.once('error', refuse);
    server.listen({ host, port, backlog: 511 }, () => {
      server.off('error', refuse);
      resolve();
    });
  });
}

function explain(error: Error, host: string, port: number): ServiceError {
  switch (errnoOf(error) ?? '') {
    case 'EADDRINUSE':
      return new ServiceError(
        'service/port-taken',
        `Another process listens on ${host}:${port}. Stop it, set PORT to another number, or leave PORT out for the next free one.`,
      );
    case 'EACCES':
      return new ServiceError(
        'service/cannot-listen',
        `This user may not listen on port ${port}: set PORT to 1024 or more.`,
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new ServiceError(
        'service/cannot-listen',
        `${host} is no address of this machine: set HOST to 127.0.0.1, or to 0.0.0.0 for all.`,
      );
    default:
      return new ServiceError('service/cannot-listen', `${host}:${port} gives: ${error.message}.`, error);
  }
}

/** Where a browser on this machine reaches it: every address is no address to go to, and IPv6 has brackets. */
function urlHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
