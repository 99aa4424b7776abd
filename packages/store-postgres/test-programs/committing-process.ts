// One process that commits as fast as it can, and says what it was answered.
//   committing-process.ts URL SCHEMA ACCOUNT COUNT
import { postgresStore } from '@tidelock/store-postgres';
import type { CommitResult } from '@tidelock/engine';
import type { CommitReport } from './start-committers.ts';

const [url = '', schema = 'tidelock', name = '', count = '1'] = process.argv.slice(2);
const store = postgresStore(url, { schema, timeoutSeconds: 2 });
const report: CommitReport = { answered: {}, results: {}, faults: {}, lastAnswerAt: 0 };
let isStopped = false;
process.on('message', () => (isStopped = true));

/** Adds events to one account, one after the other, and goes on whatever happens. */
async function run(account: string): Promise<void> {
  const id = { tenant: 'acme', account };
  while (!isStopped) {
    try {
      const [stored] = await store.load([id]);
      const version = stored?.version ?? 0;
      // SECURITY: what was answered was there, and stays there.
      if (version < (report.answered[account] ?? 0)) throw new Error(`Version ${version} was given twice.`);
      const event = { ...id, kind: 'verification-accepted', sequence: version + 1, at: 1, salt: '' } as const;
      const events = [{ ...event, bodyHash: '', link: `${version + 1} of ${process.pid}` }];
      const change = { id, expectedVersion: version, record: String(process.pid), events, messages: [] };
      const [result = 'unknown'] = await store.commit([change]);
      note(account, version, result);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
      report.faults[code] = (report.faults[code] ?? 0) + 1;
    }
  }
}

function note(account: string, version: number, result: CommitResult): void {
  report.results[result] = (report.results[result] ?? 0) + 1;
  if (result !== 'committed') return;
  report.answered[account] = version + 1;
  report.lastAnswerAt = Date.now();
}

const accounts = Array.from({ length: Number(count) }, (_, index) => `${name}-${index}`);
const running = Promise.all(accounts.map(run));
process.send?.('ready');
await running;
await store.close();
process.send?.(report);
process.disconnect();
