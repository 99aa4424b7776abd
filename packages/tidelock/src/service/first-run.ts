import { randomBytes } from 'node:crypto';
import { initialiseStore, isStoreInitialised, type AccountStore, type KeyRing } from '@tidelock/engine';
import { ServiceError } from '../service-error.ts';
import { findKeys, newKey, writeKeysFile } from './keys-file.ts';
import { readPrivateFile, removeDrafts, removeFile, writePrivateFile } from './private-file.ts';
import { holdsData } from './open-store.ts';
import type { Settings } from './settings.ts';
import { describeStore, isShared } from './store-location.ts';

/**
 * What a first run makes, noted before anything is made of it. Every step that follows does nothing when it is done again, so
 * that a run that broke off anywhere, or two at once, end in the same keys, the same store and the same API key.
 */
export interface FirstRunNote {
  /** Null where there were keys already. */
  readonly keys: string | null;
  /** Null where `TIDELOCK_API_KEY` gave one. */
  readonly apiKey: string | null;
}

/** A first run that is to be carried out now. */
export interface PlannedRun {
  readonly note: FirstRunNote;
  /** The keys of the note, or those that were there. */
  readonly keys: string;
  /** Whether an earlier run had begun it and broke off. */
  readonly resumed: boolean;
}

/** What a first run made. */
export interface FirstRun {
  /** Shown once: only its hash is kept. Null where `TIDELOCK_API_KEY` gave one. */
  readonly apiKey: string | null;
  /** Where new keys are; null where there were keys already. */
  readonly keysPath: string | null;
  /** Where the store is, without a password. */
  readonly store: string;
  /** Whether an earlier run had begun it and broke off. */
  readonly resumed: boolean;
}

const triesMax = 5;

/**
 * Looks whether a first run is due: one that broke off, or one of settings with neither keys nor data. Null where it lies
 * behind, where `TIDELOCK_KEYS` says that there must be a store, and for a store that machines share: keys that one of them
 * makes in a folder of its own would be missing on all others.
 *
 * @throws ServiceError `service/…`; TidelockError `store/…`
 */
export async function planFirstRun(settings: Settings): Promise<PlannedRun | null> {
  if (settings.keys !== null || isShared(settings.store)) return null;
  for (let tries = 0; tries < triesMax; tries++) {
    const earlier = await resumeFirstRun(settings);
    if (earlier !== null) return earlier;
    if ((await findKeys(settings)) !== null || (await holdsData(settings.store))) return null;
    const planned = await beginFirstRun(settings, null);
    if (planned === null) continue;
    if ((await findKeys(settings)) === null && !(await holdsData(settings.store))) return planned;
    // Another process went through a whole first run between our look and our note.
    await removeFile(notePath(settings));
  }
  throw new ServiceError('service/first-run-unclear', 'Other processes begin one again and again.');
}

/** The run that broke off; null where there is none. @throws ServiceError `service/first-run-unclear` */
export async function resumeFirstRun(settings: Settings): Promise<PlannedRun | null> {
  const note = await readNote(settings);
  if (note === null) return null;
  const found = await findKeys(settings);
  const keys = note.keys ?? found?.text;
  if (keys === undefined)
    throw unclear(settings, 'was written with keys that are gone: set TIDELOCK_KEYS to them');
  if (found !== null && found.text !== keys)
    throw unclear(settings, 'has other keys than TIDELOCK_KEYS or the keys file');
  return { note, keys, resumed: true };
}

/** Notes what is to be made; null where another process was a moment faster. @throws ServiceError `service/keys-file` */
export async function beginFirstRun(
  settings: Settings,
  foundKeys: string | null,
): Promise<PlannedRun | null> {
  const keys = foundKeys ?? newKey();
  const note: FirstRunNote = {
    // SECURITY: C16, keys that were kept elsewhere are not written to a disk.
    keys: foundKeys === null ? keys : null,
    apiKey: settings.apiKey === null ? newApiKey() : null,
  };
  const path = notePath(settings);
  try {
    const written = await writePrivateFile(path, `${JSON.stringify(note)}\n`);
    return written ? { note, keys, resumed: false } : null;
  } catch (error) {
    throw new ServiceError(
      'service/keys-file',
      `${path} cannot be written: let this user write that folder, or name another one in TIDELOCK_STORE.`,
      error,
    );
  }
}

/** Begins the store; one that was begun already is left to the check that it belongs to the keys. @throws TidelockError `store/…` */
export async function beginStore(store: AccountStore, keys: KeyRing): Promise<void> {
  if (await isStoreInitialised(store)) return;
  try {
    await initialiseStore(store, keys);
  } catch (error) {
    if (!(await isStoreInitialised(store))) throw error;
  }
}

/** Puts new keys where later runs look for them, and takes the note away. @throws ServiceError `service/…` */
export async function endFirstRun(settings: Settings, { keys }: FirstRunNote): Promise<void> {
  if (keys !== null) await writeKeysFile(settings.keysPath, keys);
  await removeFile(notePath(settings));
  // SECURITY: C16, keys are in the keys file and nowhere else, whatever was killed on the way here (`serve.test.ts`).
  for (const path of [settings.keysPath, notePath(settings)]) await removeDrafts(path);
}

async function readNote(settings: Settings): Promise<FirstRunNote | null> {
  const file = await readPrivateFile(notePath(settings));
  if (file === null) return null;
  let raw: Partial<FirstRunNote> | null;
  try {
    raw = JSON.parse(file.text) as Partial<FirstRunNote> | null;
  } catch {
    // The parser's own message quotes the note, which has keys.
    throw unclear(settings, 'is unreadable');
  }
  const { keys, apiKey } = raw ?? {};
  if (isTextOrNull(keys) && isTextOrNull(apiKey)) return { keys, apiKey };
  throw unclear(settings, 'is unreadable');
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}

/** 256 random bits, in the form that the directory gives its own. */
function newApiKey(): string {
  return `tlk_${randomBytes(32).toString('base64url')}`;
}

function notePath({ keysPath }: Settings): string {
  return `${keysPath}.first-run`;
}

function unclear(settings: Settings, what: string): ServiceError {
  return new ServiceError(
    'service/first-run-unclear',
    `${notePath(settings)} ${what}. As long as nobody was enrolled, it can be removed together with ${describeStore(settings.store)}.`,
  );
}
