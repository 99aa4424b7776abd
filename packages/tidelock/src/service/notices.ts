import type { Tidelock } from '@tidelock/engine';
import { findKeys } from './keys-file.ts';
import type { Settings } from './settings.ts';

/** What keeps nothing from starting, and an operator should know. @throws TidelockError `store/…` */
export async function findNotices(settings: Settings, { directory }: Tidelock): Promise<readonly string[]> {
  const notices = settings.unknownNames.map(
    (name) => `Tidelock reads no variable ${name}: look whether it is misspelt.`,
  );
  const keys = await findKeys(settings);
  if (keys?.isPrivate === false)
    notices.push(`Others than its owner may read ${settings.keysPath}: run "chmod 600" on it.`);
  if ((await directory.listApiKeys()).length === 0)
    notices.push('There is no API key, so that nobody can call: "tidelock api-key new" makes one.');
  return notices;
}
