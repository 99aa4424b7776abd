import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { RaceJob, Racer, RaceReport } from '@tidelock/engine/testing';

export interface RacerProcess extends Racer {
  stop(): Promise<void>;
}

/** Starts processes with a store on the same schema, and waits until all are ready. */
export async function startRacers(url: string, schema: string, count: number): Promise<RacerProcess[]> {
  const program = fileURLToPath(new URL('racer.ts', import.meta.url));
  const execArgv = ['--conditions=tidelock-source', '--disable-warning=ExperimentalWarning'];
  const children = Array.from({ length: count }, () => fork(program, [url, schema], { execArgv }));
  await Promise.all(children.map((child) => once(child, 'message')));
  return children.map((child) => ({ run: (job) => run(child, job), stop: () => stop(child) }));
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
