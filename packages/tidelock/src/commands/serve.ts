import type { Command } from 'commander';
import { shapeCommand } from '../command-line/define-command.ts';
import type { Shell } from '../command-line/shell.ts';

/** `tidelock serve`: the stand-alone service. It has nothing to report at its end, but logs as long as it runs. */
export function serveCommand(shell: Shell): Command {
  return shapeCommand(shell, {
    name: 'serve',
    summary: 'the stand-alone service: the HTTP API, until SIGTERM or Ctrl-C',
    examples: [
      'serve',
      'serve --json',
      'serve   # with PORT, HOST, TIDELOCK_STORE, TIDELOCK_KEYS, …: see the README',
    ],
  })
    .option('--json', 'log JSON objects, one a line, on a terminal too')
    .action(async ({ json }: { json?: boolean }) => {
      // Half of what the command would load otherwise is for this one.
      const { runService } = await import('../service/run-service.ts');
      await runService(shell, json === true);
    });
}
