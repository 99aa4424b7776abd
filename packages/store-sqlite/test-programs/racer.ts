// One process of a race: opens the database that it is started with, and runs the jobs that its parent sends.
import { runRace, type RaceJob } from '@tidelock/engine/testing';
import { sqliteStore } from '@tidelock/store-sqlite';

const store = sqliteStore(process.argv[2] ?? ':memory:', {
  lockTimeoutSeconds: Number(process.argv[3] ?? 10),
});
process.on('message', (job: RaceJob) => {
  runRace(store, job).then(
    (report) => process.send!({ report }),
    (error: unknown) => process.send!({ fault: String(error) }),
  );
});
process.send!('ready');
