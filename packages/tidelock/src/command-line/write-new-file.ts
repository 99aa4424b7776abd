import { errnoOf } from '../service/errno.ts';
import { writePrivateFile } from '../service/private-file.ts';
import { UsageError } from './shell.ts';

/** Writes a file with a secret in it: mode 0600, and never over another one. @throws UsageError */
export async function writeNewFile(path: string, content: string | Uint8Array): Promise<void> {
  let written: boolean;
  try {
    written = await writePrivateFile(path, content);
  } catch (error) {
    throw new UsageError(
      `The file ${path} cannot be written (${errnoOf(error) ?? 'unknown'}): name another place.`,
    );
  }
  if (!written) throw isThere(path);
}

/** Why a file is not written. */
export function isThere(path: string): UsageError {
  return new UsageError(
    `The file ${path} is there already, and is not overwritten: it may hold a key that somebody uses. Name another one, or remove it.`,
  );
}
