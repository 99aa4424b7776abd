import { ImportError } from '@tidelock/import';
import { OtpError } from '@tidelock/otp';
import { TidelockError } from '@tidelock/engine';
import { CommanderError } from 'commander';
import { createProgram } from '../commands/program.ts';
import { ServiceError } from '../service-error.ts';
import { adviceOn } from './base32-advice.ts';
import { UsageError, type ExitStatus, type Shell } from './shell.ts';

/** Runs a command line (without `node` and the script) to its end. Whatever goes wrong is told on standard error. */
export async function runProgram(args: readonly string[], shell: Shell): Promise<ExitStatus> {
  let status: ExitStatus = 0;
  try {
    const program = createProgram(shell, (reported) => (status = reported));
    await program.parseAsync([...args], { from: 'user' });
    return status;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    const failure = describe(error);
    if (args.includes('--json')) shell.output.write(`${JSON.stringify({ error: failure })}\n`);
    if (failure.message !== '') shell.errors.write(`tidelock: ${failure.message}\n`);
    if (isSet(shell.environment['TIDELOCK_DEBUG']) && error instanceof Error)
      shell.errors.write(`${error.stack ?? ''}\n`);
    return failure.status;
  }
}

interface Failure {
  readonly status: 2 | 3;
  readonly code: string | null;
  readonly message: string;
}

function describe(error: unknown): Failure {
  if (error instanceof CommanderError) {
    // The help of a command that was called without its subcommand is already written.
    const message = error.code === 'commander.help' ? '' : error.message.replace(/^error: /, '');
    return {
      status: 2,
      code: null,
      message: message === '' ? '' : `${message.replace(/[.]$/, '')}. See --help.`,
    };
  }
  if (error instanceof ServiceError)
    return { status: error.code === 'service/setting' ? 2 : 3, code: error.code, message: error.message };
  if (error instanceof TidelockError) return { status: 3, code: error.code, message: error.message };
  if (error instanceof ImportError) return { status: 2, code: error.code, message: error.message };
  if (error instanceof OtpError) return { status: 2, code: error.code, message: adviceOn(error) };
  if (error instanceof UsageError || error instanceof RangeError)
    return { status: 2, code: null, message: error.message };
  const message = error instanceof Error ? error.message : String(error);
  return { status: 3, code: null, message: `${message} (TIDELOCK_DEBUG=1 shows where)` };
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== '0';
}
