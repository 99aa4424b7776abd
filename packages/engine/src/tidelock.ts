import {
  normaliseAccount,
  normaliseLabel,
  normaliseTenant,
  normaliseText,
  type AccountId,
} from './account/account-id.ts';
import { statusOf, type AccountStatus } from './account/account.ts';
import { codesLeft } from './account/backup-codes.ts';
import { viewFactor, type FactorView } from './account/factor.ts';
import type { Recovery } from './account/recovery.ts';
import { isLocked } from './account/throttle.ts';
import { loginPurpose, checkPurpose } from './account/ticket.ts';
import { createAccountOffice, type AccountOffice } from './account-office.ts';
import { activate, prepareActivate, type Activated } from './decisions/activate.ts';
import type { Locked, Rejected, Unreadable } from './decisions/attempt.ts';
import { challenge, type ChallengeOutcome } from './decisions/challenge.ts';
import { redeemProof, type RedeemOutcome } from './decisions/redeem-proof.ts';
import {
  prepareRegenerateBackupCodes,
  regenerateBackupCodes,
  type NewBackupCodes,
} from './decisions/regenerate-backup-codes.ts';
import { renameFactor } from './decisions/rename-factor.ts';
import { beginReset, cancelReset, completeReset } from './decisions/reset.ts';
import { revokeFactor, type RevokeOutcome } from './decisions/revoke-factor.ts';
import { unlock, type AdministratorCommand } from './decisions/unlock.ts';
import { prepareVerify, verify, type Accepted } from './decisions/verify.ts';
import { createDirectory, type Directory } from './directory.ts';
import { createFactorDesk, type CodeFactors } from './factor-desk.ts';
import { readEventPage, type EventPage, type PageRequest } from './event-page.ts';
import { nodePlatform } from './platform/node-crypto.ts';
import { createPolicy, type Policy } from './policy.ts';
import type { AccountStore } from './ports/account-store.ts';
import type { Clock } from './ports/clock.ts';
import type { KeyRing } from './ports/key-ring.ts';
import type { Random } from './ports/random.ts';
import { createPreparer } from './preparer.ts';
import { assertStoreBelongs, isStoreInitialised, type EmptyStore } from './store-identity.ts';
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
  readonly policy?: Partial<Policy>;
  /**
   * What to do with a store that holds nothing. `initialise` is for the first start of an application; once people are
   * enrolled, `refuse` keeps a lost database from switching everybody's second factor off.
   */
  readonly emptyStore?: EmptyStore;
  readonly clock?: Clock;
  readonly random?: Random;
}

/** What the application may show of an account. */
export interface AccountView {
  readonly id: string;
  readonly status: AccountStatus;
  readonly factors: readonly FactorView[];
  readonly backupCodesLeft: number;
  /** Seconds since the epoch; null where it is not locked. */
  readonly lockedUntil: number | null;
}

export interface ChallengeOptions {
  /** `login` where left out; `manage` for changes of the second factor; any other word for an act of the application's own. */
  readonly purpose?: string;
  /** The hash of the act that is to be approved. */
  readonly actHash?: string;
  /** What the application remembers of its user: an enrolled account that the store does not know is then a fault. */
  readonly expected?: 'enrolled';
}

export interface VerifyOptions {
  /** As it was typed; anything that is no string is refused as malformed, and counted. */
  readonly code: unknown;
  /** The factor that the code is of; left out, the last used ones are tried. */
  readonly factorId?: string;
  /** From `challenge`; without it the purpose is `check`, and the proof lifts nothing. */
  readonly ticket?: string;
}

export type Verdict = Accepted | Rejected | Locked;
export type Activation = Activated | Rejected | Locked;

/** Two-factor authentication for the accounts of one tenant. Outcomes are values, faults are thrown. */
export interface Tidelock {
  readonly totp: CodeFactors;
  readonly hotp: CodeFactors;
  /** Resolves when store and keys were found to belong together; every call waits for it. @throws TidelockError `store/…`, `keys/…` */
  ready(): Promise<void>;
  /** Asks the store for one record: whether requests can be served now. @throws TidelockError `store/…`, `keys/…` */
  health(): Promise<void>;
  account(account: string): Promise<AccountView>;
  /** Proves a pending factor by a code of its own. @throws TidelockError `vault/…`, `store/…` */
  activate(
    account: string,
    options: { readonly factorId: string; readonly code: unknown },
  ): Promise<Activation>;
  /** @throws TidelockError `engine/account-not-enrolled`, `engine/rate-limited`, `store/…` */
  challenge(account: string, options?: ChallengeOptions): Promise<ChallengeOutcome>;
  /** @throws TidelockError `vault/…`, `store/…` */
  verify(account: string, options: VerifyOptions): Promise<Verdict>;
  /** Spends a proof, once. */
  redeem(
    account: string,
    options: { readonly proof: string; readonly purpose: string; readonly actHash?: string },
  ): Promise<RedeemOutcome>;
  /** @throws TidelockError `engine/proof-required`, `engine/no-active-factor` */
  regenerateBackupCodes(account: string, options?: ProofOption): Promise<NewBackupCodes>;
  /** @throws TidelockError `engine/proof-required`, `engine/factor-unknown` */
  renameFactor(
    account: string,
    factorId: string,
    options: ProofOption & { readonly label: string },
  ): Promise<FactorView>;
  /** @throws TidelockError `engine/proof-required`, `engine/factor-unknown` */
  revokeFactor(account: string, factorId: string, options?: ProofOption): Promise<RevokeOutcome>;
  /** For administrators. */
  unlock(account: string, options: AdministratorCommand): Promise<void>;
  /** Begins a reset with its waiting time. @throws TidelockError `engine/no-active-factor` */
  reset(account: string, options: AdministratorCommand): Promise<Recovery>;
  /** @throws TidelockError `engine/recovery-unknown`, `engine/recovery-not-ready` */
  completeReset(account: string, options: AdministratorCommand): Promise<void>;
  /** @throws TidelockError `engine/recovery-unknown`, `engine/proof-required` */
  cancelReset(account: string, options: ProofOption): Promise<void>;
  /** Where a reset stands; null where none was begun. */
  recovery(account: string): Promise<Recovery | null>;
  /** The audit log, newest first: of one account, or of the whole tenant. */
  events(account: string | null, page?: PageRequest): Promise<EventPage>;
  /** Tenants and API keys, for a service that serves several applications. */
  readonly directory: Directory;
  /** The same for another tenant, on the same store. @throws RangeError */
  forTenant(tenant: string): Tidelock;
  /** Answers what came before, then closes the store. */
  close(): Promise<void>;
}

export interface ProofOption {
  /** From an accepted verification of a ticket with the purpose `manage`; needed once the account is enrolled. */
  readonly proof?: string;
}

const defaultTenant = 'default';
const knownOptions: ReadonlySet<string> = new Set([
  'issuer',
  'store',
  'keys',
  'tenant',
  'policy',
  'emptyStore',
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
  const unknown = Object.keys(options).find((name) => !knownOptions.has(name));
  if (unknown !== undefined) throw new TypeError(`createTidelock has no option "${unknown}".`);
  const {
    store,
    keys,
    clock = nodePlatform.clock,
    random = nodePlatform.random,
    emptyStore = 'initialise',
  } = options;
  const issuer = normaliseIssuer(options.issuer);
  const platform = { ...nodePlatform, clock, random };
  const transact = createTransact(store, clock);
  const office = createAccountOffice({
    transact,
    platform,
    issuer,
    policy: createPolicy(options.policy),
    preparer: createPreparer(platform),
    vault: createVault(keys, platform),
  });
  const ready = once(() => assertStoreBelongs({ transact, keys, platform }, emptyStore));
  const directory = createDirectory(transact, platform);
  const close = async () => {
    await transact.close();
    await store.close();
  };
  return faceOf(options.tenant ?? defaultTenant, { store, office, issuer, ready, directory, close });
}

interface Rooms {
  readonly store: AccountStore;
  readonly office: AccountOffice;
  readonly issuer: string;
  readonly ready: () => Promise<void>;
  readonly directory: Directory;
  readonly close: () => Promise<void>;
}

function faceOf(tenantName: string, rooms: Rooms): Tidelock {
  const tenant = normaliseTenant(tenantName);
  const { store, office, ready } = rooms;
  /** Checks the caller's id, and waits until the store is known to be ours. */
  const idOf = async (account: string): Promise<AccountId> => {
    const id = { tenant, account: normaliseAccount(account) };
    await ready();
    return id;
  };
  return {
    totp: createFactorDesk('totp', { office, idOf, issuer: rooms.issuer }),
    hotp: createFactorDesk('hotp', { office, idOf, issuer: rooms.issuer }),
    ready,
    directory: rooms.directory,
    close: rooms.close,
    forTenant: (other) => faceOf(other, rooms),

    async health() {
      await ready();
      if (!(await isStoreInitialised(store))) throw new TidelockError('store/not-initialised');
    },

    async account(account) {
      const id = await idOf(account);
      return office.read(id, (record, { now }) => ({
        id: id.account,
        status: statusOf(record, now),
        factors: record.factors.map(viewFactor),
        backupCodesLeft: codesLeft(record.backupCodes),
        lockedUntil: isLocked(record.throttle, now) ? record.throttle.lockedUntil : null,
      }));
    },
    async activate(account, { factorId, code }) {
      const decision = { need: prepareActivate, decide: activate };
      return readable(
        await office.decidePrepared(
          await idOf(account),
          { factorId: mustBeText(factorId, 'factorId'), code },
          decision,
        ),
      );
    },
    async challenge(account, { purpose = loginPurpose, actHash, expected } = {}) {
      if (expected !== undefined && expected !== 'enrolled')
        throw new RangeError('expected is "enrolled", or left out.');
      const command = { purpose: checkWord(purpose), actHash: checkActHash(actHash), expected };
      return office.decide(await idOf(account), command, challenge);
    },
    async verify(account, { code, factorId, ticket }) {
      const command = {
        code,
        factorId: optionalText(factorId, 'factorId'),
        ticket: optionalText(ticket, 'ticket'),
      };
      const id = await idOf(account);
      const decision = { need: prepareVerify, decide: verify };
      // Six to eight digits never need a hash: they take the short way, and gather into batches.
      const digits = typeof code !== 'string' || code.length < 8 || /^[0-9 -]*$/.test(code);
      if (!digits) return readable(await office.decidePrepared(id, command, decision));
      return readable(
        await office.decide(id, command, (record, given, context) => verify(record, given, context, null)),
      );
    },
    async redeem(account, { proof, purpose, actHash }) {
      const command = {
        proof: mustBeText(proof, 'proof'),
        purpose: checkWord(purpose),
        actHash: checkActHash(actHash),
      };
      return office.decide(await idOf(account), command, redeemProof);
    },
    async regenerateBackupCodes(account, { proof } = {}) {
      const decision = { need: prepareRegenerateBackupCodes, decide: regenerateBackupCodes };
      return office.decidePrepared(await idOf(account), { proof: optionalText(proof, 'proof') }, decision);
    },
    async renameFactor(account, factorId, { label, proof }) {
      const command = {
        factorId: mustBeText(factorId, 'factorId'),
        label: normaliseLabel(label),
        proof: optionalText(proof, 'proof'),
      };
      return office.decide(await idOf(account), command, renameFactor);
    },
    async revokeFactor(account, factorId, { proof } = {}) {
      const command = { factorId: mustBeText(factorId, 'factorId'), proof: optionalText(proof, 'proof') };
      return office.decide(await idOf(account), command, revokeFactor);
    },
    async unlock(account, options) {
      await office.decide(await idOf(account), checkAdministrator(options), unlock);
    },
    async reset(account, options) {
      return office.decide(await idOf(account), checkAdministrator(options), beginReset);
    },
    async completeReset(account, options) {
      await office.decide(await idOf(account), checkAdministrator(options), completeReset);
    },
    async cancelReset(account, { proof }) {
      await office.decide(await idOf(account), { proof: optionalText(proof, 'proof') }, cancelReset);
    },
    async recovery(account) {
      return office.read(await idOf(account), (record) => record.recovery);
    },
    async events(account, page = {}) {
      await ready();
      return readEventPage(
        store,
        account === null ? { tenant } : { tenant, account: normaliseAccount(account) },
        page,
      );
    },
  };
}

function readable<Outcome extends { readonly outcome: string }>(
  outcome: Outcome | Unreadable,
): Exclude<Outcome, Unreadable> {
  if (outcome.outcome === 'unreadable') throw new TidelockError((outcome as Unreadable).code);
  return outcome as Exclude<Outcome, Unreadable>;
}

function checkAdministrator({ actor, reason }: AdministratorCommand): AdministratorCommand {
  return { actor: normaliseText(actor, 'an actor', 200), reason: normaliseText(reason, 'a reason', 500) };
}

/** A purpose: a short word, but not the one that stands for having none. */
function checkWord(purpose: string): string {
  if (typeof purpose !== 'string' || !/^[a-z][a-z0-9-]{0,31}$/.test(purpose) || purpose === checkPurpose) {
    throw new RangeError(
      `A purpose is a word of 1 to 32 characters of a-z, 0-9 and "-", and not "${checkPurpose}".`,
    );
  }
  return purpose;
}

function checkActHash(actHash: string | undefined): string | null {
  return actHash === undefined ? null : normaliseText(actHash, 'an actHash', 128);
}

function optionalText(value: string | undefined, name: string): string | undefined {
  return value === undefined ? undefined : mustBeText(value, name);
}

function mustBeText(value: string, name: string): string {
  if (typeof value !== 'string') throw new TypeError(`${name} is a string.`);
  if (value.length > 256) throw new RangeError(`${name} has at most 256 characters.`);
  return value;
}

function normaliseIssuer(issuer: string): string {
  const name = normaliseText(issuer, 'an issuer', 64);
  if (name.includes(':'))
    throw new RangeError('An issuer has no colon: authenticator apps would cut it there.');
  return name;
}

/** Remembers what succeeded; what failed is tried anew by the next call. */
function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | null = null;
  return () =>
    (done ??= work().catch((error: unknown) => {
      done = null;
      throw error;
    }));
}
