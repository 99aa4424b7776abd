import { wrongCodeOf } from '../../test/service/seeded-accounts.ts';
import type { StoreEngine } from '../../test/service/store-engines.ts';
import { Latencies } from './latencies.ts';
import { load } from './load.ts';
import { headersOf, rightRequests } from './measure-engine.ts';
import { personOf } from './people.ts';
import type { HotAccount } from './results.ts';
import { steadyLoad, type SteadyRequest } from './steady-load.ts';
import { openStoreHome } from './store-home.ts';

const othersPerSecond = 500;
const attackConnections = 64;
const warmSeconds = 2;

/** One account is attacked with as many wrong codes as come through; how long do the others wait, who come at a fixed rate? */
export async function measureHotAccount(
  engine: StoreEngine,
  { seconds, say }: { readonly seconds: number; readonly say: (text: string) => void },
): Promise<HotAccount> {
  const count = othersPerSecond * (2 * seconds + warmSeconds + 4);
  const others = { prefix: 'other-', kind: 'enrolled', count } as const;
  const victims = { prefix: 'victim-', kind: 'enrolled', count: 1 } as const;
  const { home, service, stop } = await openStoreHome({ engine, people: [others, victims] });
  const queue = takeTurns(others);
  const serveOthers = async (forSeconds: number): Promise<Latencies> => {
    const latencies = new Latencies();
    const { errors, firstError } = await steadyLoad({
      url: service.url,
      headers: headersOf(home),
      connections: 32,
      perSecond: othersPerSecond,
      seconds: forSeconds,
      next: () => queue.next().value ?? null,
      onLatency: (_, milliseconds) => latencies.add(milliseconds),
    });
    if (errors > 0) throw new Error(`${errors} of the others were not served: ${firstError}`);
    return latencies;
  };
  try {
    await serveOthers(warmSeconds);
    say(`${engine.name}: ${othersPerSecond} others a second, without an attack`);
    const quiet = await serveOthers(seconds);
    say(`${engine.name}: the same beside one account that is attacked`);
    const victim = personOf(victims, 0);
    const attack = load({
      url: service.url,
      headers: headersOf(home),
      connections: attackConnections,
      seconds: seconds + 1,
      requests: [
        {
          path: `/v1/accounts/${victim.account}/verify`,
          body: JSON.stringify({ code: wrongCodeOf(victim) }),
        },
      ],
      // Five are judged, and then it is locked.
      expected: '"outcome":"',
      onLast: 'again',
    });
    const [attacked, { perSecond }] = await Promise.all([serveOthers(seconds), attack]);
    return {
      engine: engine.name,
      othersPerSecond,
      attemptsPerSecond: perSecond,
      quietP50: quiet.quantile(0.5),
      quietP99: quiet.quantile(0.99),
      attackedP50: attacked.quantile(0.5),
      attackedP99: attacked.quantile(0.99),
    };
  } finally {
    await stop();
  }
}

/** Each is made when its turn comes, so that its code is one of now. */
function* takeTurns(people: Parameters<typeof rightRequests>[0]): Generator<SteadyRequest, undefined> {
  for (const { path, body } of rightRequests(people)) yield { path, body, expected: '"outcome":"accepted"' };
  return undefined;
}
