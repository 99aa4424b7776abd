import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** What one process was answered. */
export interface CommitReport {
  /** The highest version of each account whose commit was answered. */
  readonly answered: Record<string, number>;
  readonly results: Record<string, number>;
  /** Codes of what calls rejected with. */
  readonly faults: Record<string, number>;
  /** Milliseconds since the epoch. */
  lastAnswerAt: number;
}

export interface Committer {
  /** Lets it finish what it has begun. */
  stop(): Promise<CommitReport>;
}

const accountsEach = 8;

/** Starts processes that commit until they are stopped, each on accounts of its own. */
export async function startCommitters(url: string, schema: string, count: number): Promise<Committer[]> {
  const program = fileURLToPath(new URL('committing-process.ts', import.meta.url));
  const execArgv = ['--conditions=tidelock-source', '--disable-warning=ExperimentalWarning'];
  const children = Array.from({ length: count }, (_, index) =>
    fork(program, [url, schema, `process-${index}`, String(accountsEach)], { execArgv }),
  );
  await Promise.all(children.map((child) => once(child, 'message')));
  return children.map((child) => ({
    async stop() {
      const reported = once(child, 'message');
      child.send('stop');
      const [report] = (await reported) as [CommitReport];
      return report;
    },
  }));
}

/** Numbers of all processes, added up. */
export function sumOf(records: readonly Record<string, number>[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const record of records)
    for (const [key, value] of Object.entries(record)) sum[key] = (sum[key] ?? 0) + value;
  return sum;
}
