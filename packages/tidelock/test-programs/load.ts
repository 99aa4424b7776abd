import { Agent, request } from 'node:http';

/** What became of one request. */
export type Fate =
  | { readonly kind: 'answered'; readonly account: string; readonly status: number }
  /** Nobody was there any more: no connection, or one that was reset before it was ours. */
  | { readonly kind: 'refused'; readonly account: string }
  | { readonly kind: 'cut off'; readonly account: string; readonly reason: string };

export interface LoadOptions {
  readonly url: string;
  readonly apiKey: string;
  /** How many clients call without a pause, each on a connection of its own that is kept, or (every fourth) on a new one each time. */
  readonly clients: number;
}

/** Writes without end, each time to another account, until the service refuses every client. */
export async function loadUntilRefused(
  { url, apiKey, clients }: LoadOptions,
  onAnswer: () => void,
): Promise<Fate[]> {
  const fates: Fate[] = [];
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      const agent = new Agent({ keepAlive: client % 4 !== 0, maxSockets: 1 });
      for (let turn = 0; ; turn++) {
        const fate = await unlock(`${url}/v1/accounts/load-${client}-${turn}/unlock`, { apiKey, agent });
        fates.push(fate);
        if (fate.kind === 'answered') onAnswer();
        else break;
      }
      agent.destroy();
    }),
  );
  return fates;
}

/** One write, which leaves one event in the audit log. */
function unlock(url: string, { apiKey, agent }: { apiKey: string; agent: Agent }): Promise<Fate> {
  const account = new URL(url).pathname.split('/')[3]!;
  const body = JSON.stringify({ actor: 'load', reason: 'test' });
  return new Promise((resolve) => {
    const sent = request(url, {
      agent,
      method: 'POST',
      headers: {
        authorization: `Bearer ${apiKey}`,
        'content-type': 'application/json',
        'content-length': body.length,
      },
    });
    sent.once('error', (error: NodeJS.ErrnoException) => {
      const wasNew = !sent.reusedSocket && (error.code === 'ECONNREFUSED' || error.code === 'ECONNRESET');
      resolve(
        wasNew
          ? { kind: 'refused', account }
          : { kind: 'cut off', account, reason: `${error.code} ${error.message}` },
      );
    });
    sent.once('response', (response) => {
      let length = 0;
      response.on('data', (chunk: Buffer) => (length += chunk.length));
      response.once('close', () => {
        const isWhole = response.complete && length === Number(response.headers['content-length']);
        const status = response.statusCode ?? 0;
        resolve(
          isWhole
            ? { kind: 'answered', account, status }
            : { kind: 'cut off', account, reason: 'half an answer' },
        );
      });
    });
    sent.end(body);
  });
}
