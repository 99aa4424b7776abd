import { randomBytes } from 'node:crypto';
import { ServiceError } from '../service-error.ts';
import { wrong } from './environment.ts';
import { readPrivateFile, writePrivateFile } from './private-file.ts';
import type { Settings } from './settings.ts';

/** The text of a key ring, and where it came from. */
export interface FoundKeys {
  readonly text: string;
  readonly source: 'environment' | 'file';
  /** Whether nobody but the owner of the file may read it. */
  readonly isPrivate: boolean;
}

const keyBytes = 32;

/**
 * A new master key as `TIDELOCK_KEYS` takes it: `id:base64` of 32 bytes from the system's generator. The id is the day and
 * four random characters where none is given.
 */
export function newKey(id: string = newKeyId()): string {
  return `${id}:${randomBytes(keyBytes).toString('base64')}`;
}

/** The day, and four random characters. */
export function newKeyId(): string {
  return `${new Date().toISOString().slice(0, 10)}-${randomBytes(2).toString('hex')}`;
}

/**
 * The keys that these settings name: `TIDELOCK_KEYS`, else the keys file; null where there are none.
 *
 * @throws ServiceError `service/keys-file`
 */
export async function findKeys({ keys, keysPath }: Settings): Promise<FoundKeys | null> {
  if (keys !== null) return { text: keys, source: 'environment', isPrivate: true };
  let file: Awaited<ReturnType<typeof readPrivateFile>>;
  try {
    file = await readPrivateFile(keysPath);
  } catch (error) {
    throw new ServiceError(
      'service/keys-file',
      `${keysPath} cannot be read: let this user read it, or set TIDELOCK_KEYS.`,
      error,
    );
  }
  return file === null ? null : { text: file.text.trim(), source: 'file', isPrivate: file.isPrivate };
}

/** A store that machines share is empty, and there are no keys for it yet. */
export function keysComeFirst(place: string): ServiceError {
  return wrong(
    'TIDELOCK_KEYS',
    `is set before a store that machines share is begun: export TIDELOCK_KEYS=$(tidelock keys new), keep a copy of it, run "tidelock init" once, and give the same to every process that is to use ${place}.`,
  );
}

/**
 * Writes the keys file; the same keys there already are fine.
 *
 * @throws ServiceError `service/keys-file` where it cannot be written, `service/first-run-unclear` where it holds other keys.
 */
export async function writeKeysFile(path: string, keys: string): Promise<void> {
  let written: boolean;
  try {
    written = await writePrivateFile(path, `${keys}\n`);
  } catch (error) {
    throw new ServiceError(
      'service/keys-file',
      `${path} cannot be written: let this user write its folder, or make keys by "tidelock keys new" and set TIDELOCK_KEYS.`,
      error,
    );
  }
  if (written || (await readPrivateFile(path))?.text.trim() === keys) return;
  throw new ServiceError(
    'service/first-run-unclear',
    `${path} holds other keys than the first run made. Keep the file whose keys the store knows ("tidelock keys status").`,
  );
}
