import { jsonRecordCodec } from './account/account-record.ts';
import { normaliseLabel, normaliseTenant, reservedTenant, type AccountId } from './account/account-id.ts';
import type { EventDraft } from './account/audit-event.ts';
import { noRequirements, type Requirements } from './account/requirement.ts';
import { decided } from './decisions/decision.ts';
import type { AdministratorCommand } from './decisions/unlock.ts';
import type { Platform } from './ports/platform.ts';
import { TidelockError } from './tidelock-error.ts';
import type { Transact } from './transact.ts';

/** What an API key may do: `verify` and `manage` are an application's, `read` an observer's, `admin` an operator's. */
export const scopes = ['verify', 'manage', 'read', 'admin'] as const;
export type Scope = (typeof scopes)[number];

/** Who calls, by an API key. */
export interface Caller {
  readonly keyId: string;
  readonly tenant: string;
  readonly scopes: readonly Scope[];
}

/** What may be told of an API key: everything but the key. */
export interface ApiKeyView extends Caller {
  readonly label: string;
  readonly createdAt: number;
}

interface ApiKey extends ApiKeyView {
  /** SHA-256: a key of ours has 256 random bits, one of an operator 20 characters at least; neither needs a slow hash (LOOK-02). */
  readonly hash: string;
}

interface Tenant {
  readonly createdAt: number;
  /** Who must have a second factor; nobody where it is left out. */
  readonly requirements?: Requirements;
}

interface DirectoryRecord {
  readonly format: 1;
  readonly tenants: { readonly [name: string]: Tenant };
  readonly apiKeys: readonly ApiKey[];
  /** Hashes of keys that were revoked, the newest last: none of them is adopted again. */
  readonly revokedHashes: readonly string[];
  readonly eventCount: number;
  readonly eventLink: string;
}

export interface NewApiKey {
  readonly tenant: string;
  readonly scopes: readonly Scope[];
  readonly label: string;
}

/** Tenants and API keys: one more record, under a reserved id. */
export interface Directory {
  /** The key itself is in this answer and nowhere else. @throws RangeError, TidelockError `engine/too-many-api-keys` */
  createApiKey(wanted: NewApiKey): Promise<{ readonly view: ApiKeyView; readonly key: string }>;
  /** Takes a key that the operator chose; nothing happens where it is known. @throws RangeError where it is no key, TidelockError `engine/api-key-revoked`. */
  adoptApiKey(key: string, wanted: NewApiKey): Promise<ApiKeyView>;
  listApiKeys(): Promise<readonly ApiKeyView[]>;
  /** @throws TidelockError `engine/api-key-unknown` */
  revokeApiKey(keyId: string): Promise<ApiKeyView>;
  /** Who holds this key, or null. A key that another process revoked is refused a second later at the most. @throws TidelockError `store/…` */
  authenticate(key: string): Promise<Caller | null>;
  /** Who must have a second factor. What another process changed holds here a second later at the most. @throws TidelockError `store/…` */
  requirementsOf(tenant: string): Promise<Requirements>;
  /** @throws TidelockError `store/…` */
  setRequirements(
    tenant: string,
    requirements: Requirements,
    by: AdministratorCommand,
  ): Promise<Requirements>;
}

const directoryId: AccountId = { tenant: reservedTenant, account: 'directory' };
const blank: DirectoryRecord = Object.freeze({
  format: 1,
  tenants: {},
  apiKeys: [],
  revokedHashes: [],
  eventCount: 0,
  eventLink: '',
});
const apiKeysMax = 1_000;
const revokedHashesMax = 10_000;
const recordLengthMax = 1024 * 1024;
const codec = jsonRecordCodec(
  blank,
  { 1: (raw: Partial<DirectoryRecord>) => ({ ...blank, ...raw }) },
  recordLengthMax,
);
/** A key of fewer different characters is a sample. */
const differentCharactersMin = 5;
// A token68 of RFC 9110 §11.2, as the header takes it; 20 random characters have the 112 bits of LOOK-02.
const keyPattern = /^[A-Za-z0-9._~+/-]{20,128}={0,2}$/;
const cacheSeconds = 1;

export interface DirectoryRooms {
  readonly transact: Transact;
  readonly platform: Platform;
  readonly ready: () => Promise<void>;
}

export function createDirectory({ transact, platform, ready }: DirectoryRooms): Directory {
  const change = async <Outcome>(decide: (record: DirectoryRecord) => Change<Outcome>) => {
    await ready();
    return (await transact.run<DirectoryRecord, Outcome>({
      id: directoryId,
      codec,
      decide: (record) => decided(...decide(record)),
    })) as Outcome;
  };
  const cache = createRecordCache(() => change((record) => [record, record]), platform);
  const changeKeys: typeof change = async (decide) => {
    const outcome = await change(decide);
    cache.forget();
    return outcome;
  };
  const add = (key: string, wanted: NewApiKey) => {
    const made = { ...checkWanted(wanted), hash: platform.digest(key) };
    const keyId = `key_${platform.encode(platform.random.bytes(8))}`;
    return changeKeys((record) => addApiKey(record, { ...made, keyId, createdAt: platform.clock.now() }));
  };
  return {
    async createApiKey(wanted) {
      const key = `tlk_${platform.encode(platform.random.bytes(32))}`;
      return { view: await add(key, wanted), key };
    },
    async adoptApiKey(key, wanted) {
      if (!keyPattern.test(key) || new Set(key).size < differentCharactersMin) {
        throw new RangeError('An API key has 20 to 128 random characters of A-Z, a-z, 0-9 and "._~+/-".');
      }
      return add(key, wanted);
    },
    listApiKeys: () => change((record) => [record, record.apiKeys.map(viewOf)]),
    revokeApiKey: (keyId) => changeKeys((record) => removeApiKey(record, keyId)),
    async authenticate(key) {
      if (!keyPattern.test(key)) return null;
      return (await cache.look()).callers.get(platform.digest(key)) ?? null;
    },
    async requirementsOf(tenant) {
      const { tenants } = (await cache.look()).record;
      return (Object.hasOwn(tenants, tenant) ? tenants[tenant]?.requirements : undefined) ?? noRequirements;
    },
    setRequirements: (tenant, requirements, by) =>
      changeKeys((record) =>
        writeRequirements(record, { tenant, requirements, by, now: platform.clock.now() }),
      ),
  };
}

/** The new record, the outcome, and what is logged. */
type Change<Outcome> = readonly [DirectoryRecord, Outcome, ...EventDraft[]];

function addApiKey(record: DirectoryRecord, apiKey: ApiKey): Change<ApiKeyView> {
  const known = record.apiKeys.find(({ hash }) => hash === apiKey.hash);
  if (known !== undefined) return [record, viewOf(known)];
  if (record.revokedHashes.includes(apiKey.hash)) throw new TidelockError('engine/api-key-revoked');
  if (record.apiKeys.length >= apiKeysMax) {
    throw new TidelockError('engine/too-many-api-keys', {
      detail: `It holds ${apiKeysMax}: revoke one first.`,
    });
  }
  const { tenant, createdAt, keyId } = apiKey;
  const apiKeys = [...record.apiKeys, apiKey];
  const created: EventDraft = { kind: 'api-key-created', note: keyId };
  if (Object.hasOwn(record.tenants, tenant)) return [{ ...record, apiKeys }, viewOf(apiKey), created];
  const tenants = { ...record.tenants, [tenant]: { createdAt } };
  return [{ ...record, tenants, apiKeys }, viewOf(apiKey), { kind: 'tenant-created', note: tenant }, created];
}

function removeApiKey(record: DirectoryRecord, keyId: string): Change<ApiKeyView> {
  const found = record.apiKeys.find((apiKey) => apiKey.keyId === keyId);
  if (found === undefined) throw new TidelockError('engine/api-key-unknown');
  const apiKeys = record.apiKeys.filter((apiKey) => apiKey !== found);
  const revokedHashes = [...record.revokedHashes, found.hash].slice(-revokedHashesMax);
  return [{ ...record, apiKeys, revokedHashes }, viewOf(found), { kind: 'api-key-revoked', note: keyId }];
}

interface NewRequirements {
  readonly tenant: string;
  readonly requirements: Requirements;
  readonly by: AdministratorCommand;
  readonly now: number;
}

function writeRequirements(
  record: DirectoryRecord,
  { tenant, requirements, by: { actor, reason }, now }: NewRequirements,
): Change<Requirements> {
  const known = Object.hasOwn(record.tenants, tenant) ? record.tenants[tenant]! : { createdAt: now };
  const tenants = { ...record.tenants, [tenant]: { ...known, requirements } };
  const { level } = requirements.everyone;
  const event: EventDraft = {
    kind: 'requirements-changed',
    reason: level,
    actor,
    note: `${tenant}: ${reason}`,
  };
  return [{ ...record, tenants }, requirements, event];
}

interface Seen {
  readonly record: DirectoryRecord;
  readonly callers: ReadonlyMap<string, Caller>;
}

/** The record and its keys by their hashes, read anew when they are older than a second. */
function createRecordCache(read: () => Promise<DirectoryRecord>, platform: Platform) {
  let seen: Seen = { record: blank, callers: new Map() };
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | null = null;
  /** A reading that was begun before a change of this process knows nothing of it. */
  let generation = 0;
  const refresh = async () => {
    const begun = generation;
    const record = await read();
    const callers = new Map(record.apiKeys.map(({ hash, ...apiKey }) => [hash, callerOf(apiKey)]));
    seen = { record, callers };
    if (begun === generation) readAt = platform.clock.now();
  };
  return {
    forget() {
      generation += 1;
      readAt = Number.NEGATIVE_INFINITY;
      reading = null;
    },
    async look(): Promise<Seen> {
      // A clock that went back counts as old, too.
      const age = platform.clock.now() - readAt;
      if (age < 0 || age > cacheSeconds) await (reading ??= refreshOnce());
      return seen;
    },
  };

  function refreshOnce(): Promise<void> {
    const own = refresh().finally(() => {
      if (reading === own) reading = null;
    });
    return own;
  }
}

function callerOf({ keyId, tenant, scopes: granted }: ApiKeyView): Caller {
  return { keyId, tenant, scopes: granted };
}

function checkWanted({ tenant, scopes: wanted, label }: NewApiKey): NewApiKey {
  const unknown = wanted.find((scope) => !scopes.includes(scope));
  if (unknown !== undefined || wanted.length === 0)
    throw new RangeError(`The scopes of an API key are one or more of ${scopes.join(', ')}.`);
  return { tenant: normaliseTenant(tenant), scopes: [...new Set(wanted)], label: normaliseLabel(label) };
}

function viewOf({ keyId, tenant, scopes: granted, label, createdAt }: ApiKey): ApiKeyView {
  return { keyId, tenant, scopes: granted, label, createdAt };
}
