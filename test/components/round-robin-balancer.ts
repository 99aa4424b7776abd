import { once } from 'node:events';
import { Agent, createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { freePort } from './free-port.ts';

const probeMs = 100;
const probeTimeoutMs = 1_000;

/** A load balancer as plain as they come: by turns, over connections that are kept, and nothing is tried twice. */
export interface Balancer {
  readonly url: string;
  /** Which servers get requests at this moment. */
  inRotation(): readonly string[];
  /** Requests that a server did not answer, or not to the end: each was a 502. */
  readonly failures: readonly string[];
  close(): Promise<void>;
}

interface Backend {
  readonly url: string;
  readonly agent: Agent;
  isUp: boolean;
}

/** Starts one before servers, each of which is in rotation as long as its `/readyz` says 200. */
export async function startBalancer(urls: readonly string[]): Promise<Balancer> {
  const backends: Backend[] = urls.map((url) => ({
    url,
    agent: new Agent({ keepAlive: true, maxSockets: 64 }),
    isUp: false,
  }));
  const failures: string[] = [];
  let turn = 0;
  const server = createServer((incoming, outgoing) => {
    const up = backends.filter(({ isUp }) => isUp);
    const backend = up[(turn += 1) % up.length];
    const fail = (reason: string): void => {
      failures.push(`${backend?.url ?? 'nobody'} ${incoming.method} ${incoming.url}: ${reason}`);
      if (!outgoing.headersSent) outgoing.writeHead(502);
      outgoing.end();
    };
    if (backend === undefined) fail('no server is in rotation');
    else forward(backend, incoming, outgoing, fail);
  });
  const probing = backends.map((backend) => setInterval(() => void probe(backend), probeMs));
  await Promise.all(backends.map(probe));
  const port = await freePort();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${port}`,
    inRotation: () => backends.filter(({ isUp }) => isUp).map(({ url }) => url),
    failures,
    async close() {
      for (const timer of probing) clearInterval(timer);
      server.close();
      server.closeAllConnections();
      for (const { agent } of backends) agent.destroy();
      await once(server, 'close');
    },
  };
}

async function probe(backend: Backend): Promise<void> {
  const signal = AbortSignal.timeout(probeTimeoutMs);
  backend.isUp = await fetch(`${backend.url}/readyz`, { signal }).then(
    async (response) => {
      await response.arrayBuffer();
      return response.ok;
    },
    () => false,
  );
}

function forward(
  { url, agent }: Backend,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  fail: (reason: string) => void,
): void {
  const { method = 'GET', headers } = incoming;
  // Hop by hop (RFC 9110 §7.6.1): either side has a connection of its own.
  const { connection: _, ...passed } = headers;
  const sent = request(`${url}${incoming.url}`, { method, headers: passed, agent });
  sent.once('error', ({ message }) => fail(message));
  sent.once('response', (answer) => {
    const { connection: __, 'keep-alive': ___, ...answered } = answer.headers;
    outgoing.writeHead(answer.statusCode ?? 502, answered);
    answer.once('close', () => {
      if (!answer.complete) fail('the answer broke off');
    });
    answer.pipe(outgoing);
  });
  incoming.pipe(sent);
}
