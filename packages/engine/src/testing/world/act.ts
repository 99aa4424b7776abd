import type { ChallengeOutcome } from '../../decisions/challenge.ts';
import type { RedeemOutcome } from '../../decisions/redeem-proof.ts';
import type { Enrollment } from '../../desks/code-factors.ts';
import type { AccountView } from '../../desks/account-view.ts';
import type { Activation, Resynchronisation, Verdict } from '../../desks/verification-desk.ts';
import type { RequirementWish, Requirements } from '../../account/requirement.ts';
import type { RecoveryBegun } from '../../decisions/recovery/begin-recovery.ts';
import type { RecoveryView } from '../../decisions/recovery/recovery-view.ts';
import type { SentCode } from '../../decisions/mail-code.ts';
import type { RecoveryCancellation, RecoveryConfirmation } from '../../desks/recovery-desk.ts';

/** What came back: a value, a fault with its code, or nothing at all since the process died. */
export type Answer<Value> =
  | { readonly kind: 'answered'; readonly value: Value }
  | { readonly kind: 'fault'; readonly code: string }
  | { readonly kind: 'lost' };

/** When and where something was asked, in true seconds since the epoch. */
export interface Span {
  readonly process: string;
  readonly start: number;
  /** When the answer came, or was known not to come. */
  readonly end: number;
  /** From then on nothing of it happens any more: later than `end` where nobody knows what became of it. */
  readonly settled: number;
  readonly isInDoubt: boolean;
  /** How far the clock of the process was off meanwhile: more than one where it jumped. */
  readonly offsets: readonly number[];
  /** What that clock can have read. */
  readonly clockMin: number;
  readonly clockMax: number;
}

/** Every call that actors make, with what they send and what an accepted one answers. */
export interface Calls {
  enroll: {
    readonly request: {
      readonly kind: 'totp' | 'hotp';
      readonly proof?: string;
      readonly replaces?: string;
      readonly secret: string;
    };
    readonly value: Enrollment;
  };
  activate: {
    readonly request: { readonly factorId: string; readonly code: unknown; readonly emailCode?: string };
    readonly value: Activation;
  };
  challenge: {
    readonly request: {
      readonly purpose: string;
      readonly actHash?: string;
      readonly expected?: 'enrolled';
      readonly trustToken?: string;
    };
    readonly value: ChallengeOutcome;
  };
  verify: {
    readonly request: {
      readonly code: unknown;
      readonly factorId?: string;
      readonly ticket?: string;
      readonly trustBrowser?: boolean;
    };
    readonly value: Verdict;
  };
  resync: {
    readonly request: { readonly factorId: string; readonly codes: readonly string[] };
    readonly value: Resynchronisation;
  };
  redeem: {
    readonly request: { readonly proof: string; readonly purpose: string; readonly actHash?: string };
    readonly value: RedeemOutcome;
  };
  regenerate: {
    readonly request: { readonly proof?: string };
    readonly value: { readonly backupCodes: readonly string[] };
  };
  rename: {
    readonly request: { readonly factorId: string; readonly label: string; readonly proof?: string };
    readonly value: unknown;
  };
  revoke: {
    readonly request: { readonly factorId: string; readonly proof?: string };
    readonly value: { readonly enrolled: boolean };
  };
  setContacts: {
    readonly request: {
      readonly emails: readonly string[];
      readonly trustedContacts?: readonly string[];
      readonly proof?: string;
    };
    readonly value: unknown;
  };
  resend: { readonly request: { readonly factorId: string }; readonly value: SentCode };
  erase: { readonly request: { readonly proof?: string }; readonly value: unknown };
  eraseUnenrolled: { readonly request: object; readonly value: unknown };
  revokeTrusted: { readonly request: object; readonly value: unknown };
  passwordChanged: { readonly request: object; readonly value: unknown };
  unlock: { readonly request: object; readonly value: unknown };
  reset: { readonly request: object; readonly value: RecoveryView };
  completeReset: { readonly request: object; readonly value: unknown };
  cancelReset: { readonly request: { readonly proof?: string }; readonly value: unknown };
  account: { readonly request: object; readonly value: AccountView };
  recovery: { readonly request: object; readonly value: RecoveryView | null };
  beginRecovery: { readonly request: { readonly to?: 'owner' | 'contact' }; readonly value: RecoveryBegun };
  confirmRecovery: {
    readonly request: { readonly code: unknown; readonly from?: 'owner' | 'contact' };
    readonly value: RecoveryConfirmation;
  };
  cancelByCode: { readonly request: { readonly code: unknown }; readonly value: RecoveryCancellation };
  cancelByLink: { readonly request: { readonly token: string }; readonly value: unknown };
  vouch: { readonly request: object; readonly value: RecoveryView | null };
  freeze: { readonly request: { readonly proof?: string; readonly token?: string }; readonly value: unknown };
  unfreeze: { readonly request: { readonly proof?: string }; readonly value: unknown };
  unfreezeFor: { readonly request: object; readonly value: unknown };
  /** For one account. */
  setRequirement: { readonly request: Demand<RequirementWish | null>; readonly value: unknown };
  /** For the tenant of the account. */
  setRequirements: { readonly request: Demand<RequirementWish>; readonly value: Requirements };
}

/** What is demanded, and by whom. */
export interface Demand<Wish> {
  readonly wish: Wish;
  readonly author?: { readonly account: string; readonly proof: string };
}

export type CallName = keyof Calls;

/** One call, as those who watch see it. */
export interface ActOf<Name extends CallName> {
  readonly call: Name;
  /** Tenant and account, `default/alice`. */
  readonly account: string;
  readonly request: Calls[Name]['request'];
  readonly answer: Answer<Calls[Name]['value']>;
  readonly span: Span;
}

export type Act = { [Name in CallName]: ActOf<Name> }[CallName];

/** What it answered, or null where it was a fault or got lost. */
export function valueOf<Value>({ answer }: { readonly answer: Answer<Value> }): Value | null {
  return answer.kind === 'answered' ? answer.value : null;
}

/** A rule was broken; the world ends with it. */
export class WorldViolation extends Error {
  override readonly name = 'WorldViolation';

  constructor(rule: string, what: string, seen: unknown) {
    super(`${rule}: ${what}\n${JSON.stringify(seen, null, 1).slice(0, 4000)}`);
  }
}

/** Someone who knows one rule, and looks on. */
export interface Watcher {
  /** Before the ledger knows of it. @throws WorldViolation */
  saw?(act: Act): void;
  /** When everybody has gone home. @throws WorldViolation */
  atEnd?(): void | Promise<void>;
}
