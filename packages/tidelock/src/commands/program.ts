import type { Command } from 'commander';
import { shapeCommand, type Done } from '../command-line/define-command.ts';
import type { Shell } from '../command-line/shell.ts';
import { version } from '../version.ts';
import { serveCommand } from './serve.ts';

/** The command `tidelock` with all that it can do. */
export function createProgram(shell: Shell, done: Done): Command {
  void done;
  const program = shapeCommand(shell, {
    name: 'tidelock',
    summary: 'Two-factor authentication: secrets, codes, and the service that verifies them.',
    examples: ['serve'],
  }).version(version);
  program.addCommand(serveCommand(shell));
  return program;
}
