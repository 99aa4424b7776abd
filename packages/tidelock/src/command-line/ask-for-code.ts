import { readLine } from './read-argument.ts';
import { UsageError, type Shell } from './shell.ts';

/** Asks for a code on a terminal; from a pipe, its first line. @throws UsageError where none is given. */
export async function askForCode(shell: Shell): Promise<string> {
  if (!shell.input.isTTY) return readLine(shell);
  const { isCancel, text } = await import('@clack/prompts');
  // The question goes to standard error: standard output has the answer alone.
  const answer = await text({
    message: 'The code that your authenticator app shows',
    input: shell.input,
    output: shell.errors,
    validate: (value) => ((value ?? '').trim() === '' ? 'Type the code.' : undefined),
  });
  if (isCancel(answer)) throw new UsageError('No code was given.');
  return answer;
}
