import { pino, stdTimeFunctions, type Logger } from 'pino';
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
  const options = { level, base: null, timestamp: stdTimeFunctions.isoTime, messageKey: 'message' };
  if (readable)
    return pino(options, {
      write: (line: string) => process.stdout.write(readableLine(line, process.stdout)),
    });
  const output = createLogOutput(standardOutput);
  // What was gathered must not be lost with the process.
  process.on('exit', () => output.flushAtExit());
  return pino(options, output);
}
