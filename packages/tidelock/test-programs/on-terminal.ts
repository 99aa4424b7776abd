import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { commandPath } from './run-command.ts';
import { requireTool } from './require-tool.ts';

/** util-linux: runs a command on a terminal of its own, and hands on what is typed and shown. */
const terminalTool = 'script';

export const hasTerminal: boolean = requireTool(terminalTool);

/** Runs `tidelock` on a terminal of 100 columns. The arguments go through a shell: quote what it would take apart. */
export function onTerminal(
  args: string,
  environment: Readonly<Record<string, string>> = {},
): ChildProcessWithoutNullStreams {
  const command = `stty cols 100; exec ${process.execPath} ${commandPath} ${args}`;
  return spawn(terminalTool, ['--quiet', '--return', '--command', command, '/dev/null'], {
    env: { PATH: process.env['PATH'], TERM: 'xterm', ...environment },
  });
}
