import { jsonRecordCodec } from './account/account-record.ts';
import { reservedTenant, type AccountId } from './account/account-id.ts';
import { decided } from './decisions/decision.ts';
import type { AccountStore } from './ports/account-store.ts';
import type { KeyRing } from './ports/key-ring.ts';
import type { Platform } from './ports/platform.ts';
import { TidelockError } from './tidelock-error.ts';
import type { Transact } from './transact.ts';
import { createVault, type Vault } from './vault.ts';

/** Says which key ring a store belongs to: its audit key, sealed by each key that was ever in the ring. */
interface StoreIdentity {
  readonly format: 1;
  /** Empty where the store was never begun. */
  readonly storeId: string;
  readonly sealedAuditKeys: { readonly [keyId: string]: string };
  readonly eventCount: number;
  readonly eventLink: string;
}

const identityId: AccountId = { tenant: reservedTenant, account: 'store' };
const blank: StoreIdentity = Object.freeze({
  format: 1,
  storeId: '',
  sealedAuditKeys: {},
  eventCount: 0,
  eventLink: '',
});
const codec = jsonRecordCodec(blank, { 1: (raw: StoreIdentity) => raw });

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
 * and a store of other keys opens nothing (C17, rule 3). A key that is new in the ring is noted.
 *
 * @throws TidelockError `store/not-initialised`, `keys/not-of-this-store`
 */
export async function openIdentity(options: StoreIdentityOptions, emptyStore: EmptyStore): Promise<void> {
  await options.transact.run({
    id: identityId,
    codec,
    decide(identity) {
      if (identity.storeId !== '') return decided(withKnownKeys(identity, options), null);
      if (emptyStore === 'refuse') {
        throw new TidelockError('store/not-initialised', {
          detail: 'Name the right store, or run "tidelock init" to begin a new one with these keys.',
        });
      }
      return decided(newIdentity(options), null, { kind: 'store-initialised' });
    },
  });
}

/** How a key of the ring stands to a store: it is known there, was never seen there, or is another one under a known id. */
export type KeyStanding = 'known' | 'new' | 'wrong';

/** Which keys a store knows. */
export interface StoreKeys {
  /** Every key of the ring, in its order. */
  readonly ring: readonly { readonly id: string; readonly standing: KeyStanding }[];
  /** Ids that the store knows and the ring has not. */
  readonly missing: readonly string[];
}

/** Looks at keys and store without changing anything; null where the store was never begun. @throws TidelockError `store/…` */
export async function readStoreKeys(
  store: AccountStore,
  keys: KeyRing,
  platform: Platform,
): Promise<StoreKeys | null> {
  const [stored] = await store.load([identityId]);
  const { storeId, sealedAuditKeys } = codec.decode(stored?.record ?? null);
  if (storeId === '') return null;
  const vault = createVault(keys, platform);
  const standingOf = (id: string): KeyStanding => {
    if (!Object.hasOwn(sealedAuditKeys, id)) return 'new';
    return vault.open(sealedAuditKeys[id]!, sealedFor).outcome === 'opened' ? 'known' : 'wrong';
  };
  const ring = keys.keys.map(({ id }) => ({ id, standing: standingOf(id) }));
  return { ring, missing: Object.keys(sealedAuditKeys).filter((id) => !ring.some((key) => key.id === id)) };
}

function newIdentity({ keys, platform, auditKey }: StoreIdentityOptions): StoreIdentity {
  const bytes = platform.random.bytes(auditKeyBytes);
  auditKey.current = platform.importMacKey(bytes);
  const storeId = platform.encode(platform.random.bytes(16));
  return { ...blank, storeId, sealedAuditKeys: sealByEach(keys, bytes, platform) };
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
  if (known.length === keys.keys.length) return identity;
  return { ...identity, sealedAuditKeys: { ...sealByEach(keys, bytes, platform), ...sealedAuditKeys } };
}

const auditKeyBytes = 32;
const sealedFor = { id: identityId, holder: 'store', purpose: 'audit-key' } as const;

function sealByEach(
  keys: KeyRing,
  auditKey: Uint8Array,
  platform: Platform,
): StoreIdentity['sealedAuditKeys'] {
  const vaultOf = (key: KeyRing['sealing']): Vault => createVault({ sealing: key, keys: [key] }, platform);
  return Object.fromEntries(keys.keys.map((key) => [key.id, vaultOf(key).seal(auditKey, sealedFor)]));
}
