import { normaliseAccount, normaliseTenant, normaliseText } from './account/account-id.ts';
import { createAccountOffice, type AccountOffice } from './account-office.ts';
import { createAdministrationDesk, type AdministrationDesk } from './desks/administration-desk.ts';
import { createAuditDesk, type AuditDesk } from './desks/audit-desk.ts';
import { createCodeFactors, type CodeFactors } from './desks/code-factors.ts';
import type { DeskRooms } from './desks/desk-rooms.ts';
import { createManagementDesk, type ManagementDesk } from './desks/management-desk.ts';
import { createRequirementDesk, type RequirementDesk } from './desks/requirement-desk.ts';
import { createPersonDesk, type PersonDesk } from './desks/person-desk.ts';
import { createRecoveryDesk, type RecoveryDesk } from './desks/recovery-desk.ts';
import { createTrustDesk, type TrustDesk } from './desks/trust-desk.ts';
import { createVerificationDesk, type VerificationDesk } from './desks/verification-desk.ts';
import { normaliseLocale } from './account/contacts.ts';
import { normalisePublicUrl } from './platform/public-url.ts';
import type { NoticeSettings } from './account/notice.ts';
import { createAuditChain } from './audit-chain.ts';
import { assertNoUnfinishedCopy } from './copy/copy-mark.ts';
import { createEpochWatch } from './epoch-watch.ts';
import { createDirectory, type Directory } from './directory.ts';
import { nodePlatform } from './platform/node-crypto.ts';
import type { Policy } from './policy.ts';
import { createProfile, type Profile, type ProfileName } from './profile.ts';
import type { AccountStore } from './ports/account-store.ts';
import type { Clock } from './ports/clock.ts';
import type { KeyRing } from './ports/key-ring.ts';
import type { Platform } from './ports/platform.ts';
import type { Random } from './ports/random.ts';
import { createPreparer } from './preparer.ts';
import { isStoreInitialised, openIdentity, type AuditKey, type EmptyStore } from './store-identity.ts';
import { TidelockError } from './tidelock-error.ts';
import { createTransact } from './transact.ts';
import { createVault } from './vault.ts';

export interface TidelockOptions {
  /** The name that authenticator apps show; 1 to 64 characters, without a colon. */
  readonly issuer: string;
  readonly store: AccountStore;
  readonly keys: KeyRing;
  /** Whose accounts these are, where one store serves several applications. `default` where left out. */
  readonly tenant?: string;
  /** `default`, or `strict` after ASVS L3 and NIST AAL2; what the policy says besides must not be milder. */
  readonly profile?: ProfileName;
  readonly policy?: Partial<Policy>;
  /**
   * What to do with a store that holds nothing. `initialise` is for the first start of an application; once people are
   * enrolled, `refuse` keeps a lost database from switching everybody's second factor off.
   */
  readonly emptyStore?: EmptyStore;
  /** How owners are told of what happens to their accounts; nobody is, and nothing is written for it, where left out. */
  readonly notices?: NoticeOptions;
  readonly clock?: Clock;
  readonly random?: Random;
}

/** Which messages wait in the outbox for a courier. */
export interface NoticeOptions {
  /** The name of the channel that delivers them. */
  readonly channel: string;
  /** The language where an account has none of its own; `en` where left out. */
  readonly locale?: string;
  /**
   * Where people reach the pages of the application, such as `https://acme.example`: messages about a recovery then have a link to the page
   * `/recovery/not-me` there, which stops it. Without it they say what to do, and have none.
   */
  readonly publicUrl?: string;
}

/** Two-factor authentication for the accounts of one tenant. Outcomes are values, faults are thrown. */
export interface Tidelock
  extends
    VerificationDesk,
    ManagementDesk,
    PersonDesk,
    RecoveryDesk,
    TrustDesk,
    AdministrationDesk,
    RequirementDesk {
  readonly totp: CodeFactors;
  readonly hotp: CodeFactors;
  /** Resolves when store and keys were found to belong together, within the last second; every call waits for it. @throws TidelockError `store/…`, `keys/…` */
  ready(): Promise<void>;
  /** Asks the store for one record: whether requests can be served now. @throws TidelockError `store/…`, `keys/…` */
  health(): Promise<void>;
  /** Tenants and API keys, for a service that serves several applications. */
  readonly directory: Directory;
  /** The audit log of the whole store, for whoever runs it. */
  readonly auditLog: AuditDesk;
  /** The clock that it judges by: what says how long a lock still lasts asks this one, too. */
  readonly clock: Clock;
  /** The same for another tenant, on the same store. @throws RangeError */
  forTenant(tenant: string): Tidelock;
  /** Answers what came before, then closes the store. */
  close(): Promise<void>;
}

const defaultTenant = 'default';
const knownOptions: ReadonlySet<string> = new Set([
  'issuer',
  'store',
  'keys',
  'tenant',
  'policy',
  'profile',
  'emptyStore',
  'notices',
  'clock',
  'random',
]);

/**
 * The engine on a store.
 *
 * @throws TypeError, RangeError for options that are wrong; the store is looked at by `ready`.
 * @example
 * const tidelock = createTidelock({ issuer: 'Acme', store, keys: keyRing(process.env.TIDELOCK_KEYS) });
 * const { factor, uri, qr } = await tidelock.totp.enroll('user-1', { accountName: 'user@example.com' });
 */
export function createTidelock(options: TidelockOptions): Tidelock {
  return createTidelockOn(nodePlatform, options);
}

/** The same on another machine than this one. @throws as {@link createTidelock} */
export function createTidelockOn(machine: Platform, options: TidelockOptions): Tidelock {
  const unknown = Object.keys(options).find((name) => !knownOptions.has(name));
  if (unknown !== undefined) throw new TypeError(`createTidelock has no option "${unknown}".`);
  const { store, keys, clock = machine.clock, random = machine.random, emptyStore = 'initialise' } = options;
  const issuer = normaliseIssuer(options.issuer);
  const profile = createProfile(options.profile, options.policy);
  const platform = { ...machine, clock, random };
  const auditKey: AuditKey = { current: null };
  const chain = createAuditChain(platform, () => auditKey.current);
  const transact = createTransact({ store, clock, timer: platform.timer, chain });
  const identity = { transact, keys, platform, auditKey };
  const epochs = createEpochWatch({
    async read(isFirst) {
      if (isFirst) await assertNoUnfinishedCopy(store);
      return openIdentity(identity, isFirst ? emptyStore : 'refuse');
    },
    clock,
  });
  const ready = (): Promise<void> => epochs.ready();
  const office = createAccountOffice({
    transact,
    epochs,
    platform,
    issuer,
    notices: checkNotices(options.notices),
    policy: profile.policy,
    preparer: createPreparer(platform),
    vault: createVault(keys, platform),
  });
  const directory = createDirectory({ transact, platform, ready });
  const close = async () => {
    await transact.close();
    await store.close();
  };
  const auditLog = createAuditDesk({ store, chain, platform, office, transact, ready });
  const isInitialised = shared(() => isStoreInitialised(store));
  const rooms = { store, isInitialised, office, issuer, profile, ready, directory, auditLog, clock, close };
  return faceOf(options.tenant ?? defaultTenant, rooms);
}

interface Rooms {
  readonly store: AccountStore;
  /** Whoever asks while somebody asks hears the same answer: strangers may ask, as often as they like. */
  readonly isInitialised: () => Promise<boolean>;
  readonly office: AccountOffice;
  readonly issuer: string;
  readonly profile: Profile;
  readonly ready: () => Promise<void>;
  readonly directory: Directory;
  readonly auditLog: AuditDesk;
  readonly clock: Clock;
  readonly close: () => Promise<void>;
}

function faceOf(tenantName: string, rooms: Rooms): Tidelock {
  const tenant = normaliseTenant(tenantName);
  const { store, office, issuer, ready, directory, auditLog, clock, close } = rooms;
  const profile = rooms.profile.requirement;
  const desk: DeskRooms = {
    office,
    async idOf(account) {
      const id = { tenant, account: normaliseAccount(account) };
      await ready();
      return id;
    },
  };
  return {
    ...createVerificationDesk({ ...desk, profile, requirements: () => directory.requirementsOf(tenant) }),
    ...createManagementDesk({ ...desk, tenant, store, ready }),
    ...createPersonDesk({ ...desk, store }),
    ...createRecoveryDesk(desk),
    ...createTrustDesk(desk),
    ...createAdministrationDesk(desk),
    ...createRequirementDesk({ ...desk, tenant, directory, profile }),
    totp: createCodeFactors('totp', { ...desk, issuer }),
    hotp: createCodeFactors('hotp', { ...desk, issuer }),
    directory,
    auditLog,
    clock,
    ready,
    close,
    forTenant: (other) => faceOf(other, rooms),
    async health() {
      await ready();
      if (!(await rooms.isInitialised())) throw new TidelockError('store/not-initialised');
    },
  };
}

function normaliseIssuer(issuer: string): string {
  const name = normaliseText(issuer, 'an issuer', 64);
  if (name.includes(':'))
    throw new RangeError('An issuer has no colon: authenticator apps would cut it there.');
  return name;
}

function checkNotices(notices: NoticeOptions | undefined): NoticeSettings | null {
  if (notices === undefined) return null;
  const { channel, locale = 'en', publicUrl } = notices;
  if (typeof channel !== 'string' || !/^[a-z][a-z0-9-]{0,31}$/.test(channel))
    throw new RangeError('A channel is named by 1 to 32 characters of a-z, 0-9 and "-".');
  return {
    channel,
    locale: normaliseLocale(locale),
    publicUrl: publicUrl === undefined ? null : normalisePublicUrl(publicUrl),
  };
}

/** One call at a time: whoever comes while it is under way has part in it. */
function shared<Result>(work: () => Promise<Result>): () => Promise<Result> {
  let current: Promise<Result> | null = null;
  return () => (current ??= work().finally(() => (current = null)));
}
