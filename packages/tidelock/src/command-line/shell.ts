import type { Environment } from '../service/settings.ts';

/** What a command has around it. */
export interface Shell {
  readonly environment: Environment;
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
  readonly errors: NodeJS.WriteStream;
  /** Aborts at Ctrl-C or SIGTERM; from the call on, these no longer end the process by themselves. */
  interrupted(): AbortSignal;
}

/** 0 accepted or done, 1 rejected, 2 wrong usage, 3 a fault. */
export type ExitStatus = 0 | 1 | 2 | 3;

/** What a command has to say when it is done. */
export interface Report {
  readonly status: 0 | 1 | 3;
  /** For people, on standard output. */
  readonly text: string;
  /** For people, on standard error: what does not belong to the result. */
  readonly remarks?: readonly string[];
  /** For programs, with `--json`, in place of all of the above; null where everything was said already. */
  readonly json: object | null;
}

/** The command was called in a way that it does not know. Status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
