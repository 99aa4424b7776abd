import { noDrift, type Drift } from './drift.ts';

/** `pending` until a code of it was right; `disabled` after too many failures in a row, until it is bound again. */
export type FactorStatus = 'pending' | 'active' | 'disabled';

interface FactorCommon {
  readonly id: string;
  readonly label: string;
  readonly status: FactorStatus;
  /** Seconds since the epoch, as all instants of the record. */
  readonly createdAt: number;
  readonly activatedAt: number | null;
  readonly lastUsedAt: number | null;
  /** A pending factor is dead from then on. */
  readonly expiresAt: number | null;
  /** Whether the enrollment was begun with a proof: without one, it dies when any factor becomes active. */
  readonly proved: boolean;
  /** The id of the factor that this one, once it is active, takes the place of; null where it is one more. */
  readonly replaces: string | null;
  /** Whether a mailed code is asked for besides one of its own before it becomes active. */
  readonly confirmedByMail: boolean;
  /** Failures in a row in which this factor was judged. */
  readonly failures: number;
  /** The shared secret, sealed by the vault for this tenant, account and factor. */
  readonly sealedSecret: string;
  readonly algorithm: 'SHA1' | 'SHA256' | 'SHA512';
  readonly digits: number;
}

export interface TotpFactor extends FactorCommon {
  readonly kind: 'totp';
  readonly periodSeconds: number;
  /** The last accepted time step: nothing at or before it is accepted. */
  readonly lastStep: number | null;
  /** What is known of the device's clock. */
  readonly drift: Drift;
  /** A later step whose code was typed too early: somebody was told that it is right, and it is refused when it comes. */
  readonly typedAhead: number | null;
}

export interface HotpFactor extends FactorCommon {
  readonly kind: 'hotp';
  /** The next counter, in decimal: it counts to 2^64 − 1. */
  readonly counter: string;
}

/** What a person holds: a secret in an app or a token, shared with us. */
export type Factor = TotpFactor | HotpFactor;
export type FactorKind = Factor['kind'];

/** A factor as an older record has it: what came to it later has its blank value. The same object where nothing is missing. */
export function completeFactor(factor: Factor): Factor {
  const { drift, replaces } = factor as Partial<TotpFactor>;
  const driftless = factor.kind === 'totp' && drift === undefined;
  if (!driftless && replaces !== undefined) return factor;
  return {
    ...factor,
    ...(driftless ? { drift: noDrift, typedAhead: null } : {}),
    ...(replaces === undefined ? { replaces: null, confirmedByMail: false } : {}),
  };
}

/** What may be told of a factor: everything but its secret and where its counter stands. */
export interface FactorView {
  readonly id: string;
  readonly kind: FactorKind;
  readonly label: string;
  readonly status: FactorStatus;
  readonly createdAt: number;
  readonly activatedAt: number | null;
  readonly lastUsedAt: number | null;
}

/** SECURITY: rule 4, the fields are listed one by one, so that a new one is not shown by accident. */
export function viewFactor(factor: Factor): FactorView {
  const { id, kind, label, status, createdAt, activatedAt, lastUsedAt } = factor;
  return { id, kind, label, status, createdAt, activatedAt, lastUsedAt };
}
