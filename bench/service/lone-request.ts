import type { StoreEngine } from '../../test/service/store-engines.ts';
import { load } from './load.ts';
import { headersOf, rightRequests } from './measure-engine.ts';
import type { LoneRequest } from './results.ts';
import { openStoreHome, type StoreHome } from './store-home.ts';

const batchingOff = new URL('batching-off.js', import.meta.url);
/** Many short ones: what else the machine does falls on both alike. */
const turns = 9;
const seconds = 1;
const perSecondMost = 3_000;

/**
 * The median of a request that is alone, with batches and without: two services, each with a store of its own, in turns, since a difference
 * of a fifth is less than what a quarter of an hour changes on a machine.
 */
export async function measureLoneRequest(
  engine: StoreEngine,
  { say }: { readonly say: (text: string) => void },
): Promise<LoneRequest> {
  const each = perSecondMost * seconds;
  const people = { prefix: 'lone-', kind: 'enrolled', count: each * turns } as const;
  const opened: StoreHome[] = [];
  const contestants = [
    { environment: {}, medians: [] as number[] },
    { environment: { NODE_OPTIONS: `--import=${batchingOff.href}` }, medians: [] as number[] },
  ] as const;
  try {
    for (const { environment } of contestants)
      opened.push(await openStoreHome({ engine, people: [people], environment }));
    for (let turn = 0; turn < turns; turn += 1) {
      say(`${engine.name}: a lone request, turn ${turn + 1} of ${turns}`);
      // Whoever comes first in one turn is second in the next.
      const order = turn % 2 === 0 ? [0, 1] : [1, 0];
      for (const place of order) {
        const { home, service } = opened[place]!;
        const { p50Milliseconds } = await load({
          url: service.url,
          headers: headersOf(home),
          connections: 1,
          seconds,
          requests: rightRequests(
            people,
            Array.from({ length: each }, (_, index) => turn * each + index),
          ),
          expected: '"outcome":"accepted"',
          onLast: 'end',
        });
        // The first turn of each is what its caches and its compiler need.
        if (turn > 0) contestants[place]!.medians.push(p50Milliseconds);
      }
    }
  } finally {
    for (const { stop } of opened) await stop();
  }
  const [batched, unbatched] = contestants.map(
    ({ medians }) => medians.toSorted((one, other) => one - other)[medians.length >> 1]!,
  );
  return { engine: engine.name, batched: batched!, unbatched: unbatched! };
}
