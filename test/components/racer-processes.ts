import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { AccountStore } from '@tidelock/engine';
import { runRace, type RaceJob, type Racer, type RaceReport } from '@tidelock/engine/testing';

export interface RacerProcess extends Racer {
  stop(): Promise<void>;
}

/** Starts processes of one program, which opens a store and calls {@link serveRaces}, and waits until all are ready. */
export async function startRacers(
  program: URL,
  programArguments: readonly string[],
  count: number,
): Promise<RacerProcess[]> {
  const execArgv = ['--conditions=tidelock-source', '--disable-warning=ExperimentalWarning'];
  const path = fileURLToPath(program);
  const children = Array.from({ length: count }, () => fork(path, [...programArguments], { execArgv }));
  await Promise.all(children.map((child) => once(child, 'message')));
  return children.map((child) => ({ run: (job) => run(child, job), stop: () => stop(child) }));
}

/** In a process of a race: runs the jobs that its parent sends. */
export function serveRaces(store: AccountStore): void {
  process.on('message', (job: RaceJob) => {
    runRace(store, job).then(
      (report) => process.send?.({ report }),
      (error: unknown) => process.send?.({ fault: String(error) }),
    );
  });
  process.send?.('ready');
}

async function run(child: ChildProcess, job: RaceJob): Promise<RaceReport> {
  child.send(job);
  const [answer] = (await once(child, 'message')) as [{ report?: RaceReport; fault?: string }];
  if (answer.report === undefined) throw new Error(answer.fault);
  return answer.report;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill();
  await exited;
}
