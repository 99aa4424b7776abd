import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { RaceJob, RaceReport, Racer } from '@tidelock/engine/testing';

export interface RacerProcess extends Racer {
  stop(): Promise<void>;
}

/** The command line with which a program of this folder runs from the sources. */
export const sourceArguments: readonly string[] = ['--conditions=tidelock-source'];

/** The path of a program of this folder. */
export function programPath(name: string): string {
  return fileURLToPath(new URL(`${name}.ts`, import.meta.url));
}

/** Starts processes that have the database at `path` open, and waits until all are ready. */
export async function startRacers(
  path: string,
  count: number,
  lockTimeoutSeconds = 10,
): Promise<RacerProcess[]> {
  const children = Array.from({ length: count }, () =>
    fork(programPath('racer'), [path, String(lockTimeoutSeconds)], { execArgv: [...sourceArguments] }),
  );
  await Promise.all(children.map((child) => once(child, 'message')));
  return children.map((child) => ({ run: (job) => run(child, job), stop: () => stop(child) }));
}

async function run(child: ChildProcess, job: RaceJob): Promise<RaceReport> {
  child.send(job);
  const [{ report, fault }] = (await once(child, 'message')) as [{ report?: RaceReport; fault?: string }];
  if (report === undefined) throw new Error(fault);
  return report;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill();
  await exited;
}
