import { pino, type Logger } from 'pino';
import type { LogLevel } from '../service/settings.ts';
import { createLogOutput } from './log-output.ts';
import { readableLine } from './readable-line.ts';

export interface LoggerOptions {
  readonly level: LogLevel;
  /** Lines for people, in place of JSON. */
  readonly readable: boolean;
}

const standardOutput = 1;

/**
 * Structured logs on standard output: JSON lines, or lines for people on a terminal. SECURITY: rule 4, whoever logs puts
 * nothing secret in, so that nothing is there to be taken out.
 */
export function createLogger({ level, readable }: LoggerOptions): Logger {
  const options = { level, base: null, timestamp: timestamp(), messageKey: 'message' };
  if (readable)
    return pino(options, {
      write: (line: string) => process.stdout.write(readableLine(line, process.stdout)),
    });
  const output = createLogOutput(standardOutput);
  // What was gathered must not be lost with the process.
  process.on('exit', () => output.flushAtExit());
  return pino(options, output);
}

/** The member `time` of a line (RFC 3339, UTC). Lines of one millisecond share its text: under load ten of them do. */
function timestamp(): () => string {
  let last = 0;
  let text = '';
  return () => {
    const now = Date.now();
    if (now !== last) text = `,"time":"${new Date(now).toISOString()}"`;
    last = now;
    return text;
  };
}
