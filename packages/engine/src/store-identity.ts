import { jsonRecordCodec } from './account/account-record.ts';
import { reservedTenant, type AccountId } from './account/account-id.ts';
import { decided } from './decisions/decision.ts';
import type { AccountStore } from './ports/account-store.ts';
import type { KeyRing } from './ports/key-ring.ts';
import type { Platform } from './ports/platform.ts';
import { TidelockError } from './tidelock-error.ts';
import type { Transact } from './transact.ts';
import { createVault, type Vault } from './vault.ts';

/** Says which key ring a store belongs to: its id, sealed by each key that was ever in the ring. */
interface StoreIdentity {
  readonly format: 1;
  readonly storeId: string;
  readonly sealedIds: { readonly [keyId: string]: string };
  readonly eventCount: number;
}

const identityId: AccountId = { tenant: reservedTenant, account: 'store' };
const blank: StoreIdentity = Object.freeze({ format: 1, storeId: '', sealedIds: {}, eventCount: 0 });
const codec = jsonRecordCodec(blank, { 1: (raw: StoreIdentity) => raw });

/** What to do with a store that holds nothing. */
export type EmptyStore = 'initialise' | 'refuse';

/** Whether the store was ever given an identity. @throws TidelockError `store/…` */
export async function isStoreInitialised(store: AccountStore): Promise<boolean> {
  const [identity] = await store.load([identityId]);
  return identity !== null && identity !== undefined;
}

export interface StoreIdentityOptions {
  readonly transact: Transact;
  readonly keys: KeyRing;
  readonly platform: Platform;
}

/** Gives an empty store its identity. @throws TidelockError `store/already-initialised` */
export async function initialiseStore({ transact, keys, platform }: StoreIdentityOptions): Promise<void> {
  await transact.run({
    id: identityId,
    codec,
    decide(identity) {
      if (identity.storeId !== '') throw new TidelockError('store/already-initialised');
      return decided(newIdentity(keys, platform), null, { kind: 'store-initialised' });
    },
  });
}

/**
 * Makes sure that store and keys belong together. SECURITY: an empty store would switch everybody's second factor off,
 * and a store of other keys opens nothing (C17, rule 3). A key that is new in the ring is noted.
 *
 * @throws TidelockError `store/not-initialised`, `keys/not-of-this-store`
 */
export async function assertStoreBelongs(
  options: StoreIdentityOptions,
  emptyStore: EmptyStore,
): Promise<void> {
  const { transact, keys, platform } = options;
  await transact.run({
    id: identityId,
    codec,
    decide(identity) {
      if (identity.storeId === '') {
        if (emptyStore === 'refuse') {
          throw new TidelockError('store/not-initialised', {
            detail: 'Name the right store, or run "tidelock init" to begin a new one with these keys.',
          });
        }
        return decided(newIdentity(keys, platform), null, { kind: 'store-initialised' });
      }
      return decided(withKnownKeys(identity, keys, platform), null);
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
  const { storeId, sealedIds } = codec.decode(stored?.record ?? null);
  if (storeId === '') return null;
  const vault = createVault(keys, platform);
  const standingOf = (id: string): KeyStanding => {
    if (!Object.hasOwn(sealedIds, id)) return 'new';
    return vault.open(sealedIds[id]!, sealedFor).outcome === 'opened' ? 'known' : 'wrong';
  };
  const ring = keys.keys.map(({ id }) => ({ id, standing: standingOf(id) }));
  return { ring, missing: Object.keys(sealedIds).filter((id) => !ring.some((key) => key.id === id)) };
}

function newIdentity(keys: KeyRing, platform: Platform): StoreIdentity {
  const storeId = platform.encode(platform.random.bytes(16));
  return { ...blank, storeId, sealedIds: sealedBy(keys, storeId, platform) };
}

function withKnownKeys(identity: StoreIdentity, keys: KeyRing, platform: Platform): StoreIdentity {
  const { storeId, sealedIds } = identity;
  const known = keys.keys.filter(({ id }) => Object.hasOwn(sealedIds, id));
  const vault = createVault(keys, platform);
  const wrong = known.find(({ id }) => vault.open(sealedIds[id]!, sealedFor).outcome !== 'opened');
  if (wrong !== undefined)
    throw new TidelockError('keys/not-of-this-store', {
      detail: `The key "${wrong.id}" is another one under the same id.`,
    });
  if (known.length === 0) {
    throw new TidelockError('keys/not-of-this-store', {
      detail: `It knows the keys ${Object.keys(sealedIds)
        .map((id) => `"${id}"`)
        .join(', ')}.`,
    });
  }
  if (known.length === keys.keys.length) return identity;
  return { ...identity, sealedIds: { ...sealedBy(keys, storeId, platform), ...sealedIds } };
}

const sealedFor = { id: identityId, holder: 'store', purpose: 'store-identity' } as const;
const encoder = new TextEncoder();

function sealedBy(keys: KeyRing, storeId: string, platform: Platform): StoreIdentity['sealedIds'] {
  const vaultOf = (key: KeyRing['sealing']): Vault => createVault({ sealing: key, keys: [key] }, platform);
  return Object.fromEntries(
    keys.keys.map((key) => [key.id, vaultOf(key).seal(encoder.encode(storeId), sealedFor)]),
  );
}
