import {
  newServiceHome,
  runTidelock,
  startService,
  type RunningService,
  type ServiceHome,
} from '../../test/service/running-service.ts';
import type { StoreEngine } from '../../test/service/store-engines.ts';
import { seedPeople, type People } from './people.ts';

/** A store of its own on an engine, with people in it and a service on it. */
export interface StoreHome {
  readonly home: ServiceHome;
  readonly location: string;
  readonly service: RunningService;
  stop(): Promise<void>;
}

export interface StoreHomeOptions {
  readonly engine: StoreEngine;
  readonly people: readonly People[];
  readonly onProgress?: (done: number) => void;
  /** Of the service alone. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** It logs as it does by default, and nobody reads it: whoever measures would keep hours of it. */
const unread = { wrap: ['sh', '-c', 'exec "$0" "$@" > /dev/null'] };

function startQuietService(
  home: ServiceHome,
  environment: Readonly<Record<string, string>>,
): Promise<RunningService> {
  return startService({ ...home, environment: { ...home.environment, ...environment } }, unread);
}

export async function openStoreHome(options: StoreHomeOptions): Promise<StoreHome> {
  const { engine, people, onProgress, environment = {} } = options;
  const running = await engine.start();
  const location = running.newStore();
  const home = newServiceHome(location);
  let service: RunningService | null = null;
  const stop = async () => {
    await service?.stop();
    await running.stop();
    home.remove();
  };
  try {
    const begun = await runTidelock(home, ['init']);
    if (begun.status !== 0) throw new Error(begun.output);
    const store = await home.openStore();
    for (const each of people)
      await seedPeople({ store, keys: home.keys, people: each, ...(onProgress && { onProgress }) });
    await store.close();
    service = await startQuietService(home, environment);
    return { home, location, service, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
