// One process of a race: opens the store, and runs the jobs that its parent sends.
//   racer.ts URL PREFIX
import { redisStore } from '@tidelock/store-redis';
import { serveRaces } from '../../../test/components/racer-processes.ts';

const [url = '', prefix = 'tidelock'] = process.argv.slice(2);
serveRaces(redisStore(url, { prefix, timeoutSeconds: 60 }));
