import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { RaceJob, Racer, RaceReport } from '@tidelock/engine/testing';

/** How a program of this folder runs from the sources, as arguments of Node. */
export const sourceArguments: readonly string[] = [
  '--conditions=tidelock-source',
  '--disable-warning=ExperimentalWarning',
];

/** The path of a program of this folder. */
export function programPath(name: string): string {
  return fileURLToPath(new URL(`${name}.ts`, import.meta.url));
}

/** The argument of Node that loads a program of this folder first, in every thread, with a query for its settings. */
export function importArgument(name: string, settings: Readonly<Record<string, string>> = {}): string {
  const url = new URL(`${name}.ts`, import.meta.url);
  url.search = new URLSearchParams(settings).toString();
  return `--import=${url.href}`;
}

export interface RacerProcess extends Racer {
  stop(): Promise<void>;
}

export interface RacerOptions {
  readonly processes: number;
  /** How many stores each of them opens, 1 where left out. */
  readonly storesEach?: number;
  readonly lockTimeoutSeconds?: number;
}

/** Starts processes that will open the database at `path`, and waits until all are ready. */
export async function startRacers(path: string, options: RacerOptions): Promise<RacerProcess[]> {
  const programArguments = [path, String(options.lockTimeoutSeconds ?? 10), String(options.storesEach ?? 1)];
  const children = Array.from({ length: options.processes }, () =>
    fork(programPath('racer'), programArguments, { execArgv: [...sourceArguments] }),
  );
  await Promise.all(children.map((child) => once(child, 'message')));
  return children.map((child) => ({ run: (job) => run(child, job), stop: () => stop(child) }));
}

async function run(child: ChildProcess, job: RaceJob): Promise<RaceReport> {
  child.send(job);
  const [answer] = (await once(child, 'message')) as [{ reports?: RaceReport[]; fault?: string }];
  if (answer.reports === undefined) throw new Error(answer.fault);
  return {
    committed: answer.reports.reduce((sum, { committed }) => sum + committed, 0),
    conflicts: answer.reports.reduce((sum, { conflicts }) => sum + conflicts, 0),
    claimed: answer.reports.flatMap(({ claimed }) => claimed),
  };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill();
  await exited;
}
