import type { StoreEngine } from '../../test/service/store-engines.ts';
import { load } from './load.ts';
import { headersOf, rightRequests } from './measure-engine.ts';
import type { LoneRequest } from './results.ts';
import { openStoreHome, startQuietService } from './store-home.ts';

const batchingOff = new URL('batching-off.js', import.meta.url);
const turns = 4;
const perSecondMost = 6_000;

/**
 * The median of a request that is alone, with batches and without: two processes on one store, in turns, since a difference of a fifth is
 * less than what a quarter of an hour changes on a machine.
 */
export async function measureLoneRequest(
  engine: StoreEngine,
  { seconds, say }: { readonly seconds: number; readonly say: (text: string) => void },
): Promise<LoneRequest> {
  const count = perSecondMost * seconds * turns * 2;
  const people = { prefix: 'lone-', kind: 'enrolled', count } as const;
  const own = await openStoreHome({ engine, people: [people] });
  const { home } = own;
  const alone = await startQuietService(home, { NODE_OPTIONS: `--import=${batchingOff.href}` });
  const medians: { readonly batched: number[]; readonly unbatched: number[] } = {
    batched: [],
    unbatched: [],
  };
  let from = 0;
  try {
    for (let turn = 0; turn < turns; turn += 1) {
      for (const [name, { url }] of Object.entries({ batched: own.service, unbatched: alone })) {
        say(`${engine.name}: a lone request, ${name}, turn ${turn + 1} of ${turns}`);
        const indices = Array.from({ length: perSecondMost * seconds }, (_, place) => from + place);
        from += indices.length;
        const { p50Milliseconds } = await load({
          url,
          headers: headersOf(home),
          connections: 1,
          seconds,
          requests: rightRequests(people, indices),
          expected: '"outcome":"accepted"',
          onLast: 'end',
        });
        // The first turn of each is what its caches and its compiler need.
        if (turn > 0) medians[name as keyof typeof medians].push(p50Milliseconds);
      }
    }
  } finally {
    await alone.stop();
    await own.stop();
  }
  const middle = (values: readonly number[]) =>
    values.toSorted((one, other) => one - other)[values.length >> 1]!;
  return {
    engine: engine.name,
    batched: middle(medians.batched),
    unbatched: middle(medians.unbatched),
  };
}
