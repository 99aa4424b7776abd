// One process of a race: opens the store, and runs the jobs that its parent sends.
//   racer.ts URL SCHEMA
import { runRace, type RaceJob } from '@tidelock/engine/testing';
import { postgresStore } from '@tidelock/store-postgres';

const [url = '', schema = 'tidelock'] = process.argv.slice(2);
const store = postgresStore(url, { schema, timeoutSeconds: 60 });

process.on('message', (job: RaceJob) => {
  runRace(store, job).then(
    (report) => process.send?.({ report }),
    (error: unknown) => process.send?.({ fault: String(error) }),
  );
});
process.send?.('ready');
