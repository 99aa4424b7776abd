import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** The command as it is installed: it runs from `dist`, which `npm test` has built. */
export const commandPath: string = fileURLToPath(new URL('../bin/tidelock.js', import.meta.url));

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tidelock-command-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface CommandRun {
  readonly status: number | null;
  readonly output: string;
  readonly errors: string;
}

export interface CommandOptions {
  readonly folder?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** What comes in on standard input; nothing where left out. */
  readonly input?: string;
  /** Arguments of Node itself. */
  readonly node?: readonly string[];
}

/** Runs `tidelock` to its end. Of the environment of the test, only the path is handed on. */
export async function tidelock(args: readonly string[], options: CommandOptions = {}): Promise<CommandRun> {
  const child = startTidelock(args, options);
  const run = gather(child);
  child.stdin!.end(options.input ?? '');
  return run;
}

export function startTidelock(args: readonly string[], options: CommandOptions = {}): ChildProcess {
  const { folder = tmpdir(), environment = {}, node = [] } = options;
  return spawn(process.execPath, [...node, commandPath, ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'], ...environment },
  });
}

/** What a process writes until its end. */
export function gather(child: ChildProcess): Promise<CommandRun> {
  let output = '';
  let errors = '';
  child.stdout!.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  child.stderr!.setEncoding('utf8').on('data', (chunk: string) => (errors += chunk));
  child.stdin!.on('error', () => undefined);
  return new Promise((resolve) => child.once('close', (status) => resolve({ status, output, errors })));
}
