import { firstEpoch, type Epoch } from './account/epoch.ts';
import type { Clock } from './ports/clock.ts';
import { TidelockError } from './tidelock-error.ts';

/** For how long what was read of the store's identity holds. */
export const identitySeconds = 1;

/** Knows in which epoch this process serves. */
export interface EpochWatch {
  /**
   * Resolves when store and keys were found to belong together, now or within the last second: so a process that serves
   * while a backup is brought back notices. @throws TidelockError `store/…`, `keys/…`
   */
  ready(): Promise<void>;
  /** The epoch to serve a record of this epoch in. @throws TidelockError `store/epoch-unknown` where the record is of a later one */
  current(ofRecord: number): Epoch;
}

export interface EpochWatchRooms {
  /** Reads the store's identity; `isFirst` until it was once found to be right. */
  readonly read: (isFirst: boolean) => Promise<Epoch>;
  readonly clock: Clock;
}

export function createEpochWatch({ read, clock }: EpochWatchRooms): EpochWatch {
  let known = firstEpoch;
  let isFirst = true;
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | null = null;

  const look = async (): Promise<void> => {
    // From before it was read: what is written meanwhile is looked for a second later.
    const begunAt = clock.now();
    const found = await read(isFirst);
    // SECURITY: A1, a store that has gone back under this process was brought back, and knows nothing of what was spent since.
    if (found.number < known.number) throw unknownEpoch();
    known = found;
    isFirst = false;
    readAt = begunAt;
  };

  return {
    async ready() {
      // A clock that went back counts as old, too.
      const age = clock.now() - readAt;
      if (age >= 0 && age <= identitySeconds) return;
      reading ??= look().finally(() => (reading = null));
      await reading;
    },
    current(ofRecord) {
      if (ofRecord <= known.number) return known;
      readAt = Number.NEGATIVE_INFINITY;
      throw unknownEpoch();
    },
  };
}

function unknownEpoch(): TidelockError {
  return new TidelockError('store/epoch-unknown', {
    detail: 'Where it does not pass by itself, run "tidelock store restored" with all services stopped.',
    retryAfterSeconds: identitySeconds,
  });
}
