import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';

/** Lets a server end without cutting anybody off. */
export interface Drain {
  /** Notes a request; false where it comes after the last answer of its connection, so that nothing may be done about it. */
  enter(incoming: IncomingMessage, outgoing: ServerResponse): boolean;
  /** From now on each answer is the last of its connection; new ones are taken as before. */
  announce(): void;
  /** Resolves when every connection is closed, with the number of requests that the deadline cut off. */
  close(deadlineSeconds: number): Promise<number>;
}

/** How long connections that are idle may still send a request, which is answered with `Connection: close`. */
const idleGraceMs = 500;
/** Afterwards, how often what has become idle is closed. */
const sweepMs = 100;

/**
 * Follows the connections of a server. Node's own `close` destroys idle connections at once, and with them the requests that
 * are already on their way; here each of them gets an answer that says that it is the last (RFC 9112 §9.6).
 */
export function createDrain(server: Server): Drain {
  /** What is not answered yet on each open connection, in the order of its requests. */
  const open = new Map<Socket, ServerResponse[]>();
  let isEnding = false;

  server.on('connection', (socket: Socket) => {
    open.set(socket, []);
    socket.once('close', () => open.delete(socket));
  });

  const announce = (): void => {
    if (isEnding) return;
    isEnding = true;
    // Of several requests in a row, only the answer to the last one ends the connection.
    for (const unanswered of open.values()) {
      const last = unanswered.at(-1);
      if (last !== undefined && !last.headersSent) last.setHeader('Connection', 'close');
    }
  };

  const sweep = (): void => {
    server.closeIdleConnections();
    // Browsers open connections in advance; on those nothing ever came.
    for (const socket of open.keys()) if (socket.bytesRead === 0) socket.destroy();
  };

  return {
    enter(incoming, outgoing) {
      const unanswered = open.get(incoming.socket);
      if (unanswered === undefined) return false;
      if (isEnding) {
        if (unanswered.some(isLast)) return false;
        outgoing.setHeader('Connection', 'close');
      }
      unanswered.push(outgoing);
      outgoing.once('close', () => unanswered.splice(unanswered.indexOf(outgoing), 1));
      return true;
    },
    announce,
    async close(deadlineSeconds) {
      announce();
      await acceptTheWaiting();
      const startedAt = performance.now();
      let cutOff = 0;
      const sweeping = setInterval(() => {
        const elapsedMs = performance.now() - startedAt;
        if (elapsedMs > idleGraceMs) sweep();
        if (elapsedMs < deadlineSeconds * 1000) return;
        for (const unanswered of open.values()) cutOff += unanswered.length;
        server.closeAllConnections();
      }, sweepMs);
      // The close of `net` alone: that of `http` destroys idle connections.
      await new Promise((resolve) => NetServer.prototype.close.call(server, resolve));
      clearInterval(sweeping);
      // Nothing is open any more; this ends Node's look at the timeouts.
      server.close();
      return cutOff;
    },
  };
}

function isLast(outgoing: ServerResponse): boolean {
  return outgoing.getHeader('connection') === 'close';
}

/** Connections that the system has accepted are ours after one more turn of the event loop; closing would reset them. */
async function acceptTheWaiting(): Promise<void> {
  for (let turns = 0; turns < 2; turns++) await new Promise((resolve) => setImmediate(resolve));
}
