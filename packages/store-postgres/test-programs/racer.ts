// One process of a race: opens the store, and runs the jobs that its parent sends.
//   racer.ts URL SCHEMA
import { postgresStore } from '@tidelock/store-postgres';
import { serveRaces } from '../../../test/components/racer-processes.ts';

const [url = '', schema = 'tidelock'] = process.argv.slice(2);
serveRaces(postgresStore(url, { schema, timeoutSeconds: 60 }));
