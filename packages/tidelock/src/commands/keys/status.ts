import { existsSync } from 'node:fs';
import { compareStoreKeys, keyRing, type KeyStanding, type StoreKeys } from '@tidelock/engine';
import { sqliteStore } from '@tidelock/store-sqlite';
import type { DefinedCommand } from '../../command-line/define-command.ts';
import { formatTable } from '../../command-line/format-table.ts';
import type { Report } from '../../command-line/shell.ts';
import { ServiceError } from '../../service-error.ts';
import { findKeys } from '../../service/keys-file.ts';
import { readSettings, type Settings } from '../../service/settings.ts';

const standings: Readonly<Record<KeyStanding, string>> = {
  known: 'belongs to the store',
  new: 'new to the store',
  retired: 'nothing is sealed by it any more',
  wrong: 'another key under an id that the store knows',
};

/** `tidelock keys status`: which keys the ring has, which one seals, and whether they belong to the store. */
export const keysStatusCommand: DefinedCommand = {
  name: 'status',
  summary: 'which keys there are, which one seals, and whether they belong to the store; changes nothing',
  examples: ['keys status', 'keys status --json   # status 1 where they do not belong to the store'],
  declare: () => undefined,
  async run({ environment }) {
    const settings = readSettings(environment, process.cwd());
    const found = await findKeys(settings);
    if (found === null)
      throw new ServiceError(
        'service/keys-missing',
        `Set TIDELOCK_KEYS, or bring ${settings.keysPath} back. "tidelock keys new" makes a key for a new store.`,
      );
    const source = found.source === 'file' ? settings.keysPath : 'TIDELOCK_KEYS';
    const ring = keyRing(found.text);
    return reportKeys(settings, source, {
      ids: ring.keys.map(({ id }) => id),
      compared: await compare(settings, found.text),
    });
  },
};

async function compare({ storePath }: Settings, keys: string): Promise<StoreKeys | null> {
  if (!existsSync(storePath)) return null;
  const store = sqliteStore(storePath);
  try {
    return await compareStoreKeys(store, keyRing(keys));
  } finally {
    await store.close();
  }
}

interface ComparedKeys {
  readonly ids: readonly string[];
  readonly compared: StoreKeys | null;
}

function reportKeys({ storePath }: Settings, source: string, { ids, compared }: ComparedKeys): Report {
  const keys = ids.map((id, place) => ({
    id,
    seals: place === 0,
    standing: compared?.ring.find((key) => key.id === id)?.standing ?? null,
  }));
  const missing = compared?.missing ?? [];
  const belongs =
    keys.some(({ standing }) => standing === 'known') && keys.every(({ standing }) => standing !== 'wrong');
  const rows = keys.map(({ id, seals, standing }) => [
    id,
    seals ? 'seals and opens' : 'opens',
    standing === null ? '' : standings[standing],
  ]);
  const remarks: string[] = [];
  if (compared === null)
    remarks.push(`${storePath} holds no data: there is nothing that they could belong to.`);
  else if (!belongs)
    remarks.push(`They do not belong to ${storePath}: bring back the right keys, or the right store.`);
  if (missing.length > 0)
    remarks.push(
      `The store knows keys that are not here: ${missing.join(', ')}. What they sealed does not open.`,
    );
  return {
    status: belongs ? 0 : 1,
    text: `Keys from ${source}\n${formatTable(['id', 'use', 'store'], rows)}`,
    remarks,
    json: { source, store: storePath, keys, missing, belongs },
  };
}
