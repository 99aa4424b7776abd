import type { StoreEngine } from '../../test/service/store-engines.ts';
import { load } from './load.ts';
import { headersOf, rightRequests } from './measure-engine.ts';
import type { GrowthRow } from './results.ts';
import { openStoreHome, type StoreHome } from './store-home.ts';

export interface GrowthOptions {
  readonly engine: StoreEngine;
  readonly sizes: readonly number[];
  readonly seconds: number;
  readonly say: (text: string) => void;
}

interface Grown extends StoreHome {
  readonly accounts: number;
  readonly seedSeconds: number;
  readonly perSecond: number[];
  readonly p99: number[];
}

const connections = 64;
const rounds = 3;
/** Of each store in one round: all rounds together take less than the smaller store has. */
const sampleMost = 30_000;
/** Coprime to both sizes: steps of it go through all accounts, far from each other. */
const stride = 7_919;

/** The same load on stores of several sizes, all there at once and measured in turns, each time on accounts spread over all of a store. */
export async function measureGrowth({ engine, sizes, seconds, say }: GrowthOptions): Promise<GrowthRow[]> {
  const stores: Grown[] = [];
  try {
    // The largest first: the tickets of the smaller one, made last, are no younger by much.
    for (const accounts of sizes.toSorted((one, other) => other - one))
      stores.push(await grow({ engine, accounts, say }));
    for (let round = 0; round < rounds; round += 1)
      for (const store of stores) await measureRound(store, { engine, round, seconds, say });
    return stores.toReversed().map(({ accounts, perSecond, p99, seedSeconds }) => ({
      engine: engine.name,
      accounts,
      perSecond: median(perSecond),
      p99Milliseconds: median(p99),
      seedSeconds,
    }));
  } finally {
    for (const store of stores) await store.stop();
  }
}

async function grow({
  engine,
  accounts,
  say,
}: Pick<GrowthOptions, 'engine' | 'say'> & { readonly accounts: number }): Promise<Grown> {
  const started = performance.now();
  let told = 0;
  const store = await openStoreHome({
    engine,
    people: [peopleOf(accounts)],
    onProgress: (done) => {
      if (done - told < 200_000) return;
      told = done;
      say(`${engine.name}: ${done.toLocaleString('en')} of ${accounts.toLocaleString('en')} accounts made`);
    },
  });
  const seedSeconds = (performance.now() - started) / 1000;
  return { ...store, accounts, seedSeconds, perSecond: [], p99: [] };
}

const peopleOf = (accounts: number) => ({ prefix: 'g-', kind: 'enrolled', count: accounts }) as const;

async function measureRound(
  store: Grown,
  { engine, round, seconds, say }: Omit<GrowthOptions, 'sizes'> & { readonly round: number },
): Promise<void> {
  const { accounts, home, service } = store;
  say(`${engine.name}: ${accounts.toLocaleString('en')} accounts, round ${round + 1} of ${rounds}`);
  const count = Math.min(sampleMost, Math.floor(accounts / (rounds + 1)));
  const indices = Array.from({ length: count }, (_, place) => ((round * count + place) * stride) % accounts);
  const figures = await load({
    url: service.url,
    headers: headersOf(home),
    connections,
    seconds,
    requests: rightRequests(peopleOf(accounts), indices),
    expected: '"outcome":"accepted"',
    onLast: 'end',
  });
  store.perSecond.push(figures.perSecond);
  store.p99.push(figures.p99Milliseconds);
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[values.length >> 1]!;
}
