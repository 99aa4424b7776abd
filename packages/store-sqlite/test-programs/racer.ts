// One process of a race: opens the database so many times, and runs the jobs that its parent sends on all of them at once.
//   racer.ts PATH [LOCK_TIMEOUT_SECONDS] [STORES]
import { runRace, type RaceJob } from '@tidelock/engine/testing';
import { sqliteStore } from '@tidelock/store-sqlite';

const [path = ':memory:', lockTimeoutSeconds = '10', count = '1'] = process.argv.slice(2);
const stores = Array.from({ length: Number(count) }, () =>
  sqliteStore(path, { lockTimeoutSeconds: Number(lockTimeoutSeconds) }),
);

process.on('message', (job: RaceJob) => {
  Promise.all(stores.map((store) => runRace(store, job))).then(
    (reports) => process.send?.({ reports }),
    (error: unknown) => process.send?.({ fault: String(error) }),
  );
});
process.send?.('ready');
