import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { codeOf, type SeededAccount } from './seeded-accounts.ts';
import type { ServiceHome } from './running-service.ts';

/** What became of one code. */
export interface Attempt {
  readonly account: string;
  readonly code: string;
  /** Null where no answer came. */
  readonly status: number | null;
  /** The end of the problem's type, such as `store/unavailable`; null where there is none. */
  readonly problem: string | null;
  readonly retryAfter: string | null;
  readonly sentAt: number;
  readonly durationMs: number;
}

export interface LoadOptions {
  readonly clients: number;
  /** Between an answer and the next request of a client. */
  readonly pauseMs: number;
  /** The same after a refusal, which says `Retry-After`. */
  readonly refusedPauseMs: number;
}

/** Clients that verify right codes, each of another account, until it ends or nobody is left. */
export interface VerifyingLoad {
  readonly attempts: readonly Attempt[];
  end(): Promise<void>;
}

/** Begins to send; `url` may be a balancer's. */
export function startVerifying(
  url: string,
  { apiKey }: Pick<ServiceHome, 'apiKey'>,
  people: readonly SeededAccount[],
  { clients, pauseMs, refusedPauseMs }: LoadOptions,
): VerifyingLoad {
  const attempts: Attempt[] = [];
  let isOver = false;
  let next = 0;
  const running = Array.from({ length: clients }, async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let person = people[next++]; person !== undefined && !isOver; person = people[next++]) {
      const attempt = await verify(url, { apiKey, agent, person });
      attempts.push(attempt);
      await pause(attempt.status === 200 ? pauseMs : refusedPauseMs);
    }
    agent.destroy();
  });
  return {
    attempts,
    async end() {
      isOver = true;
      await Promise.all(running);
    },
  };
}

interface VerifyOptions {
  readonly apiKey: string;
  readonly agent: Agent;
  readonly person: SeededAccount;
}

async function verify(url: string, { apiKey, agent, person }: VerifyOptions): Promise<Attempt> {
  const { account, ticket } = person;
  const code = codeOf(person);
  const sentAt = performance.now();
  const answer = await send(`${url}/v1/accounts/${account}/verify`, {
    apiKey,
    agent,
    body: { code, ticket },
  });
  return { account, code, sentAt, durationMs: performance.now() - sentAt, ...answer };
}

type Answered = Pick<Attempt, 'status' | 'problem' | 'retryAfter'>;

function send(
  url: string,
  { apiKey, agent, body }: { apiKey: string; agent: Agent; body: object },
): Promise<Answered> {
  const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
  return new Promise((resolve) => {
    const none = { status: null, problem: null, retryAfter: null };
    const sent = request(url, { method: 'POST', agent, headers });
    sent.once('error', () => resolve(none));
    sent.once('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.once('close', () => {
        if (!response.complete) return resolve(none);
        const { type = '' } = JSON.parse(text) as { type?: string };
        const problem = /^urn:tidelock:error:(.*)$/.exec(type)?.[1] ?? null;
        const retryAfter = response.headers['retry-after'] ?? null;
        resolve({ status: response.statusCode ?? null, problem, retryAfter });
      });
    });
    sent.end(JSON.stringify(body));
  });
}
