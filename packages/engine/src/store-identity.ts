import { jsonRecordCodec } from './account/account-record.ts';
import { reservedTenant, type AccountId } from './account/account-id.ts';
import { firstEpoch, type Epoch } from './account/epoch.ts';
import type { EventDraft } from './account/audit-event.ts';
import { decided } from './decisions/decision.ts';
import type { AccountStore } from './ports/account-store.ts';
import type { KeyRing, MasterKey } from './ports/key-ring.ts';
import type { Platform } from './ports/platform.ts';
import { TidelockError } from './tidelock-error.ts';
import type { Transact } from './transact.ts';
import { createVault, type Vault } from './vault.ts';

/** Says which key ring a store belongs to: its audit key, sealed by each key that it knows. */
interface StoreIdentity {
  readonly format: 1;
  /** Empty where the store was never begun. */
  readonly storeId: string;
  readonly sealedAuditKeys: { readonly [keyId: string]: string };
  /**
   * The keys that may have sealed something: one is noted when it is the first of a ring, and taken out by a rotation that
   * finds nothing of it. SECURITY: C17, a start without one of them says so.
   */
  readonly sealingKeys: readonly string[];
  /** The keys that a rotation has taken out; as long as they only open, they are strangers. */
  readonly retiredKeys: readonly string[];
  /** When "tidelock store restored" ran last, in whole seconds; 0 where it never did. */
  readonly epoch: number;
  /** Until when the store that was lost then may have accepted something. */
  readonly restoredAt: number;
  readonly eventCount: number;
  readonly eventLink: string;
}

/** The record under which a store keeps it. */
export const identityId: AccountId = { tenant: reservedTenant, account: 'store' };
const blank: StoreIdentity = Object.freeze({
  format: 1,
  storeId: '',
  sealedAuditKeys: {},
  sealingKeys: [],
  retiredKeys: [],
  epoch: 0,
  restoredAt: 0,
  eventCount: 0,
  eventLink: '',
});
const retiredKeysMax = 64;

/** An identity of before the first rotation does not say which of its keys have sealed: any of them may have. */
const codec = jsonRecordCodec(blank, {
  1: (raw: Partial<StoreIdentity>) => ({
    ...blank,
    sealingKeys: Object.keys(raw.sealedAuditKeys ?? {}),
    ...raw,
  }),
});

/** What to do with a store that holds nothing. */
export type EmptyStore = 'initialise' | 'refuse';

/** Whether the store was ever given an identity. @throws TidelockError `store/…` */
export async function isStoreInitialised(store: AccountStore): Promise<boolean> {
  const [identity] = await store.load([identityId]);
  return identity !== null && identity !== undefined;
}

/** The key under which a store's audit log is chained; null until the store was opened. */
export interface AuditKey {
  current: unknown;
}

export interface StoreIdentityOptions {
  readonly transact: Transact;
  readonly keys: KeyRing;
  readonly platform: Platform;
  /** Is given the store's own. */
  readonly auditKey: AuditKey;
}

/** Gives an empty store its identity. @throws TidelockError `store/already-initialised` */
export async function initialiseStore(options: StoreIdentityOptions): Promise<void> {
  await options.transact.run({
    id: identityId,
    codec,
    decide(identity) {
      if (identity.storeId !== '') throw new TidelockError('store/already-initialised');
      return decided(newIdentity(options), null, { kind: 'store-initialised' });
    },
  });
}

/**
 * Makes sure that store and keys belong together. SECURITY: an empty store would switch everybody's second factor off,
 * and a store of other keys opens nothing (C17, rule 3). A key that is new in the ring is noted. Gives the store's epoch.
 *
 * @throws TidelockError `store/not-initialised`, `keys/not-of-this-store`
 */
export async function openIdentity(options: StoreIdentityOptions, emptyStore: EmptyStore): Promise<Epoch> {
  const outcome = await options.transact.run<StoreIdentity, Epoch>({
    id: identityId,
    codec,
    decide(identity) {
      if (identity.storeId !== '') return decided(withKnownKeys(identity, options), epochOf(identity));
      if (emptyStore === 'refuse') {
        throw new TidelockError('store/not-initialised', {
          detail: 'Name the right store, or run "tidelock init" to begin a new one with these keys.',
        });
      }
      return decided(newIdentity(options), firstEpoch, { kind: 'store-initialised' });
    },
  });
  return outcome as Epoch;
}

/** Begins a new epoch: whatever is of an older one counts as spent from now on. Gives it. */
export async function beginEpoch(
  transact: Transact,
  { now, restoredAt, actor }: { readonly now: number; readonly restoredAt: number; readonly actor: string },
): Promise<Epoch> {
  const outcome = await transact.run<StoreIdentity, Epoch>({
    id: identityId,
    codec,
    decide(identity) {
      if (identity.storeId === '') throw new TidelockError('store/not-initialised');
      const record = {
        ...identity,
        // By the clock and not by one more: two backups of one day never have the same number after them.
        epoch: Math.max(identity.epoch + 1, Math.floor(now)),
        // Accounts that nobody has asked for since the last time are still of before that.
        restoredAt: Math.max(identity.restoredAt, restoredAt),
      };
      return decided(record, epochOf(record), { kind: 'store-restored', actor, until: record.restoredAt });
    },
  });
  return outcome as Epoch;
}

function epochOf({ epoch: number, restoredAt }: StoreIdentity): Epoch {
  return { number, restoredAt };
}

/** Notes in a store's log, and in the same commit takes out the keys by which nothing is sealed any more. */
export async function noteRotation(
  transact: Transact,
  { event, retired = [] }: { readonly event: EventDraft; readonly retired?: readonly string[] },
): Promise<void> {
  await transact.run({
    id: identityId,
    codec,
    decide: (identity) =>
      decided(retired.length === 0 ? identity : withoutKeys(identity, retired), null, event),
  });
}

function withoutKeys(identity: StoreIdentity, retired: readonly string[]): StoreIdentity {
  const isKept = (id: string): boolean => !retired.includes(id);
  return {
    ...identity,
    sealedAuditKeys: Object.fromEntries(
      Object.entries(identity.sealedAuditKeys).filter(([id]) => isKept(id)),
    ),
    sealingKeys: identity.sealingKeys.filter(isKept),
    retiredKeys: [...identity.retiredKeys.filter(isKept), ...retired].slice(-retiredKeysMax),
  };
}

/**
 * How a key of the ring stands to a store: it is known there, was never seen there, is another one under a known id, or was
 * retired by a rotation.
 */
export type KeyStanding = 'known' | 'new' | 'wrong' | 'retired';

/** Which keys a store knows. */
export interface StoreKeys {
  /** Every key of the ring, in its order. */
  readonly ring: readonly { readonly id: string; readonly standing: KeyStanding }[];
  /** Ids of keys that may have sealed something, in the ring or not. */
  readonly sealing: readonly string[];
  /** Those of them that the ring has not. */
  readonly missing: readonly string[];
}

/** Looks at keys and store without changing anything; null where the store was never begun. @throws TidelockError `store/…` */
export async function readStoreKeys(
  store: AccountStore,
  keys: KeyRing,
  platform: Platform,
): Promise<StoreKeys | null> {
  const [stored] = await store.load([identityId]);
  const { storeId, sealedAuditKeys, sealingKeys, retiredKeys } = codec.decode(stored?.record ?? null);
  if (storeId === '') return null;
  const vault = createVault(keys, platform);
  const standingOf = (id: string): KeyStanding => {
    if (!Object.hasOwn(sealedAuditKeys, id)) return retiredKeys.includes(id) ? 'retired' : 'new';
    return vault.open(sealedAuditKeys[id]!, sealedFor).outcome === 'opened' ? 'known' : 'wrong';
  };
  const ring = keys.keys.map(({ id }) => ({ id, standing: standingOf(id) }));
  const missing = sealingKeys.filter((id) => !ring.some((key) => key.id === id));
  return { ring, sealing: sealingKeys, missing };
}

function newIdentity({ keys, platform, auditKey }: StoreIdentityOptions): StoreIdentity {
  const bytes = platform.random.bytes(auditKeyBytes);
  auditKey.current = platform.importMacKey(bytes);
  const storeId = platform.encode(platform.random.bytes(16));
  const sealedAuditKeys = sealByEach(keys.keys, bytes, platform);
  return { ...blank, storeId, sealedAuditKeys, sealingKeys: [keys.sealing.id] };
}

function withKnownKeys(
  identity: StoreIdentity,
  { keys, platform, auditKey }: StoreIdentityOptions,
): StoreIdentity {
  const { sealedAuditKeys } = identity;
  const known = keys.keys.filter(({ id }) => Object.hasOwn(sealedAuditKeys, id));
  const vault = createVault(keys, platform);
  let bytes: Uint8Array | null = null;
  for (const { id } of known) {
    const opened = vault.open(sealedAuditKeys[id]!, sealedFor);
    if (opened.outcome !== 'opened') {
      throw new TidelockError('keys/not-of-this-store', {
        detail: `The key "${id}" is another one under the same id.`,
      });
    }
    bytes = opened.plaintext;
  }
  if (bytes === null) {
    const names = Object.keys(sealedAuditKeys).map((id) => `"${id}"`);
    throw new TidelockError('keys/not-of-this-store', { detail: `It knows the keys ${names.join(', ')}.` });
  }
  auditKey.current = platform.importMacKey(bytes);
  return withRing(identity, keys, (strangers) => sealByEach(strangers, bytes, platform));
}

/** Notes the keys of a ring. The same object where all are noted: a start of a known ring writes nothing. */
function withRing(
  identity: StoreIdentity,
  { keys, sealing }: KeyRing,
  sealAuditKey: (strangers: readonly MasterKey[]) => StoreIdentity['sealedAuditKeys'],
): StoreIdentity {
  const { sealedAuditKeys, sealingKeys, retiredKeys } = identity;
  // A key is noted as soon as it can be read, so that another one under its id is found before it seals.
  const strangers = keys.filter(
    ({ id }) => !Object.hasOwn(sealedAuditKeys, id) && (id === sealing.id || !retiredKeys.includes(id)),
  );
  if (strangers.length === 0 && sealingKeys.includes(sealing.id)) return identity;
  return {
    ...identity,
    sealedAuditKeys: { ...sealAuditKey(strangers), ...sealedAuditKeys },
    sealingKeys: [...new Set([...sealingKeys, sealing.id])],
    retiredKeys: retiredKeys.filter((id) => id !== sealing.id),
  };
}

/** What an export of the log carries, so that it can be verified by whoever has the keys. */
export interface SealedAuditKey {
  readonly storeId: string;
  readonly sealedAuditKeys: { readonly [keyId: string]: string };
}

/** @throws TidelockError `store/not-initialised`, `store/…` */
export async function readSealedAuditKey(store: AccountStore): Promise<SealedAuditKey> {
  const [stored] = await store.load([identityId]);
  const { storeId, sealedAuditKeys } = codec.decode(stored?.record ?? null);
  if (storeId === '') throw new TidelockError('store/not-initialised');
  return { storeId, sealedAuditKeys };
}

export type OpenedAuditKey =
  | { readonly outcome: 'opened'; readonly key: unknown }
  | { readonly outcome: 'key-missing' }
  | { readonly outcome: 'open-failed' };

/** Opens it by the first key of the ring that it was sealed by. */
export function openAuditKey(
  sealedAuditKeys: SealedAuditKey['sealedAuditKeys'],
  keys: KeyRing,
  platform: Platform,
): OpenedAuditKey {
  const known = keys.keys.find(({ id }) => Object.hasOwn(sealedAuditKeys, id));
  if (known === undefined) return { outcome: 'key-missing' };
  const opened = createVault(keys, platform).open(sealedAuditKeys[known.id]!, sealedFor);
  if (opened.outcome !== 'opened') return { outcome: 'open-failed' };
  return { outcome: 'opened', key: platform.importMacKey(opened.plaintext) };
}

const auditKeyBytes = 32;
const sealedFor = { id: identityId, holder: 'store', purpose: 'audit-key' } as const;

function sealByEach(
  keys: readonly MasterKey[],
  auditKey: Uint8Array,
  platform: Platform,
): StoreIdentity['sealedAuditKeys'] {
  const vaultOf = (key: MasterKey): Vault => createVault({ sealing: key, keys: [key] }, platform);
  return Object.fromEntries(keys.map((key) => [key.id, vaultOf(key).seal(auditKey, sealedFor)]));
}
