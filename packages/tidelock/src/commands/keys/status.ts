import {
  compareStoreKeys,
  countSealed,
  type KeyCensus,
  type KeyRing,
  type KeyStanding,
  type StoreKeys,
} from '@tidelock/engine';
import type { DefinedCommand } from '../../command-line/define-command.ts';
import { formatTable } from '../../command-line/format-table.ts';
import { progressLine } from '../../command-line/progress-line.ts';
import type { Report, Shell } from '../../command-line/shell.ts';
import { ServiceError } from '../../service-error.ts';
import { findKeys } from '../../service/keys-file.ts';
import { openKeys } from '../../service/open-key-ring.ts';
import { holdsData, openStore } from '../../service/open-store.ts';
import { readSettings, type Settings } from '../../service/settings.ts';
import { describeStore } from '../../service/store-location.ts';
import { describeFaults, sealedObject, totalOf } from './sealed-report.ts';

const standings: Readonly<Record<KeyStanding, string>> = {
  known: 'belongs to the store',
  new: 'new to the store',
  retired: 'retired by a rotation',
  wrong: 'another key under an id that the store knows',
};

/** `tidelock keys status`: which keys the ring has, whether they belong to the store, and what each has sealed there. */
export const keysStatusCommand: DefinedCommand = {
  name: 'status',
  summary: 'which keys there are, what each has sealed, and which may be dropped; changes nothing',
  examples: ['keys status', 'keys status --json   # status 1 where they do not belong to the store'],
  declare: () => undefined,
  async run(shell) {
    const settings = readSettings(shell.environment, process.cwd());
    const found = await findKeys(settings);
    if (found === null)
      throw new ServiceError(
        'service/keys-missing',
        `Set TIDELOCK_KEYS, or bring ${settings.keysPath} back. "tidelock keys new" makes a key for a new store.`,
      );
    const source = found.source === 'file' ? settings.keysPath : 'TIDELOCK_KEYS';
    const ring = await openKeys(settings, found.text);
    return reportKeys(settings, source, { ring, looked: await look(shell, settings, ring) });
  },
};

/** What the store knows of the keys, and what they have sealed in it. */
interface Looked {
  readonly compared: StoreKeys;
  readonly census: KeyCensus;
}

async function look(shell: Shell, { store: location }: Settings, ring: KeyRing): Promise<Looked | null> {
  if (!(await holdsData(location))) return null;
  const store = await openStore(location);
  const line = progressLine(shell);
  try {
    const compared = await compareStoreKeys(store, ring);
    if (compared === null) return null;
    const census = await countSealed(store, ring, (visited) => line.show(`${visited} accounts`));
    return { compared, census };
  } finally {
    line.clear();
    await store.close();
  }
}

function reportKeys(
  { store }: Settings,
  source: string,
  { ring, looked }: { readonly ring: KeyRing; readonly looked: Looked | null },
): Report {
  const storeName = describeStore(store);
  const keys = ring.keys.map(({ id }, place) => {
    const standing = looked?.compared.ring.find((key) => key.id === id)?.standing ?? null;
    const sealed = sealedObject(looked?.census.sealed.get(id));
    return { id, seals: place === 0, standing, sealed, mayBeDropped: place > 0 && mayBeDropped(id, looked) };
  });
  const missing = looked?.compared.missing ?? [];
  const belongs =
    keys.some(({ standing }) => standing === 'known') && keys.every(({ standing }) => standing !== 'wrong');
  const rows = keys.map(({ id, seals, standing, mayBeDropped: isFree }) => [
    id,
    seals ? 'seals and opens' : 'opens',
    standing === null ? '' : standings[standing],
    String(totalOf(looked?.census.sealed.get(id))),
    isFree ? 'yes' : 'no',
  ]);
  return {
    status: belongs ? 0 : 1,
    text: `Keys from ${source}\n${formatTable(['id', 'use', 'store', 'values', 'may be dropped'], rows)}`,
    remarks: remarksOn(storeName, { looked, belongs, missing }),
    json: {
      source,
      store: storeName,
      keys,
      missing,
      lost: missing.map((id) => ({ id, sealed: sealedObject(looked?.census.sealed.get(id)) })),
      faultCount: looked?.census.faultCount ?? 0,
      belongs,
    },
  };
}

/**
 * SECURITY: C17, only where nothing is sealed by it, where no record hides what it holds, and where no service may be
 * sealing with it: a rotation has taken it out, or it has never been first.
 */
function mayBeDropped(id: string, looked: Looked | null): boolean {
  if (looked === null) return false;
  const { compared, census } = looked;
  return !census.sealed.has(id) && census.unreadableRecords === 0 && !compared.sealing.includes(id);
}

interface Found {
  readonly looked: Looked | null;
  readonly belongs: boolean;
  readonly missing: readonly string[];
}

function remarksOn(storeName: string, { looked, belongs, missing }: Found): readonly string[] {
  if (looked === null) return [`${storeName} holds no data: there is nothing that they could belong to.`];
  const remarks: string[] = [];
  if (!belongs)
    remarks.push(`They do not belong to ${storeName}: bring back the right keys, or the right store.`);
  for (const id of missing)
    remarks.push(
      `The key "${id}" has sealed ${totalOf(looked.census.sealed.get(id))} values and is not here. What it sealed does not open.`,
    );
  if (looked.compared.sealing.length > 1 && belongs)
    remarks.push('"tidelock keys rotate" seals everything by the first key, and retires the others.');
  return [...remarks, ...describeFaults(looked.census)];
}
