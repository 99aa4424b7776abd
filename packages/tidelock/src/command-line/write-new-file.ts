import { TidelockError } from '@tidelock/engine';
import { errnoOf } from '../service/errno.ts';
import { writePrivateFile, type FileContent } from '../service/private-file.ts';
import { UsageError } from './shell.ts';

/** Writes a file with a secret in it: mode 0600, and never over another one. @throws UsageError */
export async function writeNewFile(path: string, content: FileContent): Promise<void> {
  let written: boolean;
  try {
    written = await writePrivateFile(path, content);
  } catch (error) {
    // What went wrong while the content was made is not the fault of the place.
    if (error instanceof TidelockError) throw error;
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
