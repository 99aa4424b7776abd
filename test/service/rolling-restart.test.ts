import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { freePort } from '../components/free-port.ts';
import { startBalancer, type Balancer } from '../components/round-robin-balancer.ts';
import { onEveryStore } from './on-every-store.ts';
import { runTidelock, startService, type RunningService, type ServiceHome } from './running-service.ts';
import { codeOf, seedAccounts, type SeededAccount } from './seeded-accounts.ts';
import { serverEngines } from './store-engines.ts';

const processes = 3;
const clients = 12;
const verifications = 600;
const pauseMs = 15;

/** What one client saw: the status of each answer, or why there was none. */
type Seen = number | string;

interface Accepted {
  readonly account: string;
  readonly code: string;
}

interface Load {
  readonly accepted: readonly Accepted[];
  readonly seen: readonly Seen[];
  end(): Promise<void>;
}

/** Clients that call without end, each on one connection that is kept: half of it verifies codes, half of it writes. */
function startLoad(url: string, apiKey: string, people: readonly SeededAccount[]): Load {
  const accepted: Accepted[] = [];
  const seen: Seen[] = [];
  let isOver = false;
  let next = 0;
  const running = Array.from({ length: clients }, async (_, client) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let count = 0; !isOver; count += 1) {
      const person = count % 2 === 0 ? people[next] : undefined;
      if (person === undefined) {
        const path = `${url}/v1/accounts/writer-${client}-${count}/unlock`;
        seen.push(await post(path, { apiKey, agent, body: { actor: 'load', reason: 'test' } }));
      } else {
        next += 1;
        const { account, ticket } = person;
        const code = codeOf(person);
        const body = { code, ticket };
        const status = await post(`${url}/v1/accounts/${account}/verify`, { apiKey, agent, body });
        seen.push(status);
        if (status === 200) accepted.push({ account, code });
      }
      await pause(pauseMs);
    }
    agent.destroy();
  });
  return {
    accepted,
    seen,
    async end() {
      isOver = true;
      await Promise.all(running);
    },
  };
}

interface PostOptions {
  readonly apiKey: string;
  readonly agent: Agent;
  readonly body: object;
}

async function post(url: string, { apiKey, agent, body }: PostOptions): Promise<Seen> {
  const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
  const sent = request(url, { method: 'POST', agent, headers });
  sent.end(JSON.stringify(body));
  try {
    const [response] = (await once(sent, 'response')) as [{ statusCode: number; resume(): void }];
    response.resume();
    return response.statusCode;
  } catch (error) {
    return String(error);
  }
}

/** One after the other is told to end, and another one stands in its place before the next. */
async function restartEach(home: ServiceHome, services: RunningService[], balancer: Balancer): Promise<void> {
  for (const [place, service] of services.entries()) {
    expect(await service.stop()).toBe(0);
    services[place] = await startService(home, { port: Number(new URL(service.url).port) });
    await expect.poll(() => balancer.inRotation(), { timeout: 10_000 }).toHaveLength(processes);
  }
}

onEveryStore(
  'behind a balancer',
  ({ newHome }) => {
    test(`S08 F1 ${processes} processes that share nothing but the store are restarted in turn under load: every request is answered, and no code passes twice`, async () => {
      const plain = newHome();
      const home = { ...plain, environment: { ...plain.environment, TIDELOCK_DRAIN_SECONDS: '1' } };
      expect(await runTidelock(home, ['init'])).toMatchObject({ status: 0 });
      const store = await home.openStore();
      const people = await seedAccounts({ store, keys: home.keys, count: verifications });
      await store.close();
      const ports = await Promise.all(Array.from({ length: processes }, () => freePort()));
      const services = await Promise.all(ports.map((port) => startService(home, { port })));
      const balancer = await startBalancer(services.map(({ url }) => url));
      const load = startLoad(balancer.url, home.apiKey, people);
      await restartEach(home, services, balancer);
      await load.end();
      expect(balancer.failures).toEqual([]);
      expect(load.seen.filter((status) => status !== 200)).toEqual([]);
      expect(load.seen.length).toBeGreaterThan(500);
      // What one process accepted, another one that was not there yet refuses.
      for (const { account, code } of load.accepted.slice(-20)) {
        const answer = await services[0]!.call('POST', `/v1/accounts/${account}/verify`, { code });
        expect(answer.status).toBe(403);
      }
      await balancer.close();
      for (const service of services) expect(await service.stop()).toBe(0);
    }, 120_000);
  },
  serverEngines,
);
