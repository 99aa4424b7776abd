import { readFile, stat } from 'node:fs/promises';
import { errnoOf } from '../service/errno.ts';
import { UsageError, type Shell } from './shell.ts';

/** A secret has at most 1,024 bytes, a URI 2,048 characters. */
const lengthMax = 16 * 1024;

/**
 * A secret or a URI as it was given: `@FILE`, `-` for standard input, or the text itself. What comes from a file or a pipe
 * stands in no process list.
 *
 * @throws UsageError
 */
export async function readArgument(argument: string, shell: Shell): Promise<string> {
  if (argument === '-') return oneLine(await readAll(shell.input), 'Standard input');
  if (argument.startsWith('@')) return oneLine(await readText(argument.slice(1)), argument.slice(1));
  return argument.trim();
}

/** The first line of standard input; for a code that is piped in. @throws UsageError where there is none. */
export async function readLine(shell: Shell): Promise<string> {
  const [line = ''] = (await readAll(shell.input)).split('\n');
  if (line.trim() === '') throw new UsageError('Standard input is empty: give the code as an argument.');
  return line.trim();
}

function oneLine(text: string, where: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length !== 1)
    throw new UsageError(`${where} holds ${lines.length} lines: a secret or a URI is one.`);
  return lines[0]!.replace(/^\uFEFF/, '').trim();
}

async function readText(path: string): Promise<string> {
  try {
    if ((await stat(path)).size > lengthMax) throw tooLong(path);
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const reason = errnoOf(error) === 'ENOENT' ? 'does not exist' : `cannot be read (${errnoOf(error)})`;
    throw new UsageError(`The file ${path} ${reason}.`);
  }
}

async function readAll(input: NodeJS.ReadStream): Promise<string> {
  let text = '';
  for await (const chunk of input.setEncoding('utf8')) {
    text += String(chunk);
    if (text.length > lengthMax) throw tooLong('Standard input');
  }
  return text;
}

function tooLong(where: string): UsageError {
  return new UsageError(`${where} is longer than ${lengthMax} characters: it is no secret and no URI.`);
}
