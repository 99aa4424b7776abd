import { afterAll, beforeAll, describe } from 'vitest';
import { endServices, newServiceHome, type ServiceHome } from './running-service.ts';
import { storeEngines, type RunningEngine, type StoreEngine, type StoreLine } from './store-engines.ts';

/** What the tests of one engine stand on. */
export interface StoreGround {
  readonly engine: StoreEngine;
  /** The engine itself, once it runs. */
  readonly running: RunningEngine;
  /** A folder and an empty store of its own; it is gone after the last test. */
  newHome(by?: StoreLine): ServiceHome;
}

/** Defines the same tests for each engine that is here; each has an engine of its own. */
export function onEveryStore(
  title: string,
  define: (ground: StoreGround) => void,
  engines: readonly StoreEngine[] = storeEngines,
): void {
  for (const engine of engines)
    describe.runIf(engine.isHere)(`${title} on ${engine.name}`, () => {
      let running: RunningEngine | undefined;
      const homes: ServiceHome[] = [];
      beforeAll(async () => {
        running = await engine.start();
      });
      afterAll(async () => {
        endServices();
        for (const home of homes) home.remove();
        await running?.stop();
      });
      const ground = {
        engine,
        get running() {
          if (running === undefined) throw new Error(`${engine.name} does not run yet.`);
          return running;
        },
        newHome(by?: StoreLine) {
          const home = newServiceHome(ground.running.newStore(by));
          homes.push(home);
          return home;
        },
      };
      define(ground);
    });
}
