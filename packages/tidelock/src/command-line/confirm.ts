import type { Shell } from './shell.ts';
import { UsageError } from './shell.ts';

/** Asks on a terminal whether to go on; anywhere else `--yes` must have said it. @throws UsageError where nobody said yes */
export async function confirm(
  shell: Shell,
  { question, isConfirmed }: { readonly question: string; readonly isConfirmed: boolean },
): Promise<void> {
  if (isConfirmed) return;
  if (!shell.input.isTTY) throw new UsageError('Nobody can be asked here: give --yes where it is meant.');
  const prompts = await import('@clack/prompts');
  // The question goes to standard error: standard output has the answer alone.
  const answer = await prompts.confirm({
    message: question,
    initialValue: false,
    input: shell.input,
    output: shell.errors,
  });
  if (answer !== true) throw new UsageError('Nothing was done.');
}
