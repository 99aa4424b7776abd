import { accountCodec } from './account/account-record.ts';
import type { Account } from './account/account.ts';
import {
  countMessages,
  countReserved,
  eachAccountPage,
  KeyCensusTaker,
  type KeyCensus,
} from './key-census.ts';
import { reseal, type Resealed } from './decisions/reseal.ts';
import type { AccountId } from './account/account-id.ts';
import { stale } from './decisions/decision.ts';
import type { AccountStore } from './ports/account-store.ts';
import type { Clock } from './ports/clock.ts';
import type { KeyRing } from './ports/key-ring.ts';
import { noteRotation, type StoreKeys } from './store-identity.ts';
import { TidelockError, type ErrorCode } from './tidelock-error.ts';
import type { Transact } from './transact.ts';
import type { Vault } from './vault.ts';

/** How a rotation is going. */
export interface RotationProgress {
  /** 1 for the first walk over all accounts; the next one looks for what was sealed by an older key meanwhile. */
  readonly pass: number;
  /** Accounts of this pass. */
  readonly visited: number;
  /** Values of all passes. */
  readonly resealed: number;
}

export interface RotationOptions {
  /** Who rotates, for the store's log. */
  readonly actor: string;
  /** No service runs: the first key need not have been rolled out to any. */
  readonly isOffline?: boolean;
  readonly onProgress?: (progress: RotationProgress) => void;
}

/** What a rotation did, and what is sealed by which key now. */
export interface KeyRotation extends KeyCensus {
  readonly sealingKey: string;
  /** Values that were sealed anew. */
  readonly resealed: number;
  /** Keys by which nothing is sealed any more: they may be dropped from the ring. */
  readonly retired: readonly string[];
  /** Whether the last walk still found values of older keys: some process seals with one. */
  readonly isOvertaken: boolean;
}

export interface RotationRooms {
  readonly store: AccountStore;
  readonly transact: Transact;
  readonly vault: Vault;
  readonly keys: KeyRing;
  readonly clock: Clock;
  /** What the store knew of the keys before this ring was noted. */
  readonly known: StoreKeys;
}

/** A walk, one that looks whether anything came meanwhile, and one more. */
const passesMax = 3;

/**
 * Seals everything anew that another key than the first has sealed: account by account, each by compare-and-swap, so that
 * nothing that happens meanwhile is lost. What the first key has sealed is not written; so a rotation that was killed is
 * simply begun again. Afterwards the keys by which nothing is sealed are taken out of the store's identity.
 *
 * @throws TidelockError `store/…`
 */
export async function rotateKeys(rooms: RotationRooms, options: RotationOptions): Promise<KeyRotation> {
  const { transact, keys, known } = rooms;
  const { actor } = options;
  const sealingKey = keys.sealing.id;
  await noteRotation(transact, {
    event: { kind: 'key-rotation-begun', actor, note: `sealing key "${sealingKey}"` },
  });
  const { census, resealed, isOvertaken } = await walkUntilQuiet(rooms, options);
  const retired = isOvertaken ? [] : retirable(known.sealing, sealingKey, census);
  await noteRotation(transact, {
    retired,
    event: { kind: 'key-rotation-ended', actor, note: describe({ sealingKey, resealed, retired, census }) },
  });
  return { ...census, sealingKey, resealed, retired, isOvertaken };
}

/**
 * SECURITY: rule 3, a service that has not got the key yet would refuse everybody whose secret is sealed by it. So it must have
 * been first in the ring of some service before. @throws TidelockError `keys/not-rolled-out`
 */
export function assertRolledOut({ sealing: { id } }: KeyRing, known: StoreKeys): void {
  // Keys of another store are refused by whoever opens it.
  if (known.sealing.includes(id) || known.ring.every(({ standing }) => standing !== 'known')) return;
  throw new TidelockError('keys/not-rolled-out', {
    detail: `Restart every service with "${id}" first in TIDELOCK_KEYS, then rotate; --offline where none runs.`,
  });
}

/** SECURITY: C17, no key is retired while a text of it is left, or a record that nobody can read. */
export function retirable(
  ids: readonly string[],
  sealingKey: string,
  { sealed, unreadableRecords }: Pick<KeyCensus, 'sealed' | 'unreadableRecords'>,
): readonly string[] {
  if (unreadableRecords > 0) return [];
  return ids.filter((id) => id !== sealingKey && !sealed.has(id));
}

async function walkUntilQuiet(rooms: RotationRooms, { onProgress }: RotationOptions) {
  let resealed = 0;
  for (let pass = 1; ; pass += 1) {
    const taker = new KeyCensusTaker();
    let resealedNow = 0;
    for await (const ids of eachAccountPage(rooms.store)) {
      resealedNow += await resealPage(ids, rooms, taker);
      onProgress?.({ pass, visited: taker.accounts, resealed: resealed + resealedNow });
    }
    resealed += resealedNow;
    const isQuiet = resealedNow === 0;
    if (!isQuiet && pass < passesMax) continue;
    await countReserved(rooms.store, taker);
    await countMessages(rooms.store, taker, rooms.clock.now());
    return { census: taker.census(), resealed, isOvertaken: !isQuiet };
  }
}

/** One load and one commit for a page, as for the requests of a moment. */
async function resealPage(
  ids: readonly AccountId[],
  { transact, vault }: RotationRooms,
  taker: KeyCensusTaker,
): Promise<number> {
  const results = await Promise.allSettled(
    ids.map((id) =>
      transact.run<Account, Resealed>({
        id,
        codec: accountCodec,
        // SECURITY: rule 6, the record is taken as it is and not as it stands now: a rotation ends nothing and renews nothing.
        decide: (account) => reseal(account, { mayWrite: true }, { vault, id }),
      }),
    ),
  );
  let resealed = 0;
  for (const [place, result] of results.entries()) {
    const id = ids[place]!;
    if (result.status === 'rejected') taker.noteFault(id, faultOf(result.reason));
    else if (result.value !== stale) {
      const outcome = result.value as Resealed;
      resealed += outcome.resealed;
      taker.note(id, outcome);
    }
  }
  return resealed;
}

/** These are the fault of one account, and of nothing else; whatever else fails stops the walk. */
const faultsOfOne: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'engine/record-unreadable',
  'engine/record-too-large',
  'engine/contention',
  'store/refused',
]);

function faultOf(error: unknown): ErrorCode {
  // Stores throw faults of Tidelock alone: what else was thrown came from a record that has not the shape of its format.
  if (!(error instanceof TidelockError)) return 'engine/record-unreadable';
  if (faultsOfOne.has(error.code)) return error.code;
  throw error;
}

interface Described {
  readonly sealingKey: string;
  readonly resealed: number;
  readonly retired: readonly string[];
  readonly census: KeyCensus;
}

function describe({ sealingKey, resealed, retired, census }: Described): string {
  const names = retired.map((id) => `"${id}"`).join(', ');
  const parts = [
    `sealing key "${sealingKey}"`,
    `${census.accounts} accounts`,
    `${resealed} values sealed anew`,
    `retired: ${names === '' ? 'none' : names}`,
    `faults: ${census.faultCount}`,
  ];
  return parts.join('; ');
}
