import type { AccountId } from '../account/account-id.ts';
import type { AccountStore } from '../ports/account-store.ts';

/** What one process of a race does with its store. Plain data, so that it can be sent to a child process. */
export type RaceJob =
  /** Adds 1 to the number in the record, `times` times, each as a load and a commit until one wins. */
  | { readonly kind: 'increment'; readonly id: AccountId; readonly times: number }
  /** Begins `racers` commits at once, all on the same expected version. */
  | {
      readonly kind: 'race';
      readonly id: AccountId;
      readonly expectedVersion: number;
      readonly racers: number;
    }
  /** Claims messages, `limit` at a time, until none is left. */
  | { readonly kind: 'claim'; readonly limit: number; readonly now: number };

/** What became of it. */
export interface RaceReport {
  /** How many commits won. */
  readonly committed: number;
  /** How many lost to another. */
  readonly conflicts: number;
  /** The ids of the messages that were claimed. */
  readonly claimed: readonly string[];
}

const claimLeaseSeconds = 600;

/** Carries out one process's part of a race. @throws TidelockError `store/…` as the store does. */
export function runRace(store: AccountStore, job: RaceJob): Promise<RaceReport> {
  if (job.kind === 'increment') return increment(store, job.id, job.times);
  if (job.kind === 'race') return race(store, job.id, job.expectedVersion, job.racers);
  return claim(store, job.limit, job.now);
}

const eventOfRace = { kind: 'verification-accepted', salt: '', bodyHash: '', link: '' } as const;

async function increment(store: AccountStore, id: AccountId, times: number): Promise<RaceReport> {
  let committed = 0;
  let conflicts = 0;
  while (committed < times) {
    const [stored] = await store.load([id]);
    const expectedVersion = stored?.version ?? 0;
    const value = Number(stored?.record ?? 0) + 1;
    const event = { ...id, ...eventOfRace, sequence: value, at: value };
    const change = { id, expectedVersion, record: String(value), events: [event], messages: [] };
    const [result] = await store.commit([change]);
    if (result === 'committed') committed++;
    else if (result === 'conflict') conflicts++;
    else throw new Error(`A commit ended as ${result}.`);
  }
  return { committed, conflicts, claimed: [] };
}

async function race(
  store: AccountStore,
  id: AccountId,
  expectedVersion: number,
  racers: number,
): Promise<RaceReport> {
  const commits = Array.from({ length: racers }, (_, racer) =>
    store.commit([{ id, expectedVersion, record: `racer ${racer}`, events: [], messages: [] }]),
  );
  const results = (await Promise.all(commits)).flat();
  const committed = results.filter((result) => result === 'committed').length;
  const conflicts = results.filter((result) => result === 'conflict').length;
  return { committed, conflicts, claimed: [] };
}

async function claim(store: AccountStore, limit: number, now: number): Promise<RaceReport> {
  const claimed: string[] = [];
  for (;;) {
    const messages = await store.claimMessages(limit, claimLeaseSeconds, now);
    if (messages.length === 0) return { committed: 0, conflicts: 0, claimed };
    claimed.push(...messages.map(({ id }) => id));
  }
}
