import { runProgram } from './command-line/run-program.ts';
import type { Shell } from './command-line/shell.ts';
import { boundYoungHeap } from './service/bound-young-heap.ts';

/** The command `tidelock`: the only place that looks at the process. */
export async function main(): Promise<void> {
  if (process.argv[2] === 'serve') boundYoungHeap(process);
  const shell: Shell = {
    environment: process.env,
    input: process.stdin,
    output: process.stdout,
    errors: process.stderr,
    interrupted: () => {
      const controller = new AbortController();
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort());
      return controller.signal;
    },
  };
  // A reader that went away (`tidelock code --watch | head`) is no fault.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 3));
  process.exitCode = await runProgram(process.argv.slice(2), shell);
}
