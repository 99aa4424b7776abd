import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { startTidelock, type CommandOptions } from './run-command.ts';

/** A `tidelock serve` that listens. */
export interface StartedService {
  readonly url: string;
  readonly pid: number;
  /** What it has written so far. */
  readonly written: { output: string; errors: string };
  signal(name: NodeJS.Signals): void;
  /** Its exit status, or the signal that killed it. */
  readonly ended: Promise<number | string | null>;
}

/** Starts the service in a folder, on a port of its own, and waits until it says that it listens. */
export async function startService(options: CommandOptions): Promise<StartedService> {
  const environment = { PORT: '0', ...options.environment };
  const child = startTidelock(['serve'], { ...options, environment });
  const written = { output: '', errors: '' };
  child.stdout!.setEncoding('utf8').on('data', (chunk: string) => (written.output += chunk));
  child.stderr!.setEncoding('utf8').on('data', (chunk: string) => (written.errors += chunk));
  const ended = new Promise<number | string | null>((resolve) =>
    child.once('close', (status, signal) => resolve(status ?? signal)),
  );
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  for (;;) {
    const url = /"url":"([^"]+)"/.exec(written.output)?.[1];
    if (url !== undefined) {
      return { url, pid: child.pid!, written, ended, signal: (name) => void child.kill(name) };
    }
    const event = await Promise.race([once(child.stdout!, 'data'), ended.then(() => 'ended')]);
    if (event === 'ended') throw new Error(`The service ended: ${written.output}${written.errors}`);
  }
}

/** The API key that a first run has shown. */
export function shownApiKey({ errors }: StartedService['written']): string {
  const key = /API key {2}(\S+)/.exec(errors)?.[1];
  if (key === undefined) throw new Error(`No API key was shown: ${errors}`);
  return key;
}
