import { storeContract } from '@tidelock/engine/testing';
import { describe, expect, test } from 'vitest';
import { startRacers, type RacerProcess } from '../../../test/components/racer-processes.ts';
import { redisStore } from '../src/redis-store.ts';

const racer = new URL('racer.ts', import.meta.url);

/** Holds the store to the contract of stores on a server or a cluster; each case has a prefix of its own. */
export function contractOn(
  name: string,
  { isHere, url }: { readonly isHere: boolean; readonly url: () => string },
): void {
  let cases = 0;
  storeContract(
    { describe: isHere ? describe : describe.skip, test, expect },
    {
      name,
      multiProcess: true,
      async open() {
        const prefix = `case-${++cases}`;
        let racers: readonly RacerProcess[] = [];
        return {
          store: redisStore(url(), { prefix, timeoutSeconds: 60 }),
          async startRacers(count) {
            racers = await startRacers(racer, [url(), prefix], count);
            return racers;
          },
          async dispose() {
            await Promise.all(racers.map((process) => process.stop()));
          },
        };
      },
    },
  );
}
