/**
 * Every fault that Tidelock throws, by its code. The part before the slash is the floor that throws it, the sentence
 * says what went wrong; `docs/errors.md` says what to do. A test holds both against each other.
 */
export const errorCodes = {
  'engine/proof-required':
    'This account has an active factor: the call needs a fresh proof of one, with the purpose "manage".',
  'engine/account-not-enrolled':
    'The application expects this account to be enrolled, and the store knows no factor of it.',
  'engine/enrollment-required':
    'This account must have a second factor, none that counts is active, and the time to enroll is over.',
  'engine/factor-unknown': 'The account has no factor with this id.',
  'engine/too-many-factors': 'The account already has as many factors as the policy allows.',
  'engine/no-active-factor':
    'The account has no active factor, so there is nothing that this call could change.',
  'engine/rate-limited':
    'Too many challenges, enrollments or changes of contacts were begun for this account.',
  'engine/too-many-attempts': 'Too many attempts came from one address.',
  'engine/limiter-unavailable':
    'What counts attempts across accounts cannot be asked: nothing is let through.',
  'engine/recovery-not-ready': 'The waiting time of this recovery is not over yet.',
  'engine/recovery-unavailable':
    'No code can be mailed for this account: it has no contacts, or there is no channel.',
  'engine/recovery-frozen':
    'Somebody said that a recovery of this account was not theirs: none may be begun.',
  'engine/recovery-not-frozen':
    'Nothing keeps this account from being recovered, so there is nothing to lift.',
  'engine/link-refused': 'This link was used, is too old, or is not of the newest message.',
  'engine/actor-is-owner': "An administrator does none of this for an account of the administrator's own.",
  'engine/recovery-unknown': 'No recovery is in progress for this account.',
  'engine/overloaded': 'More requests are waiting than the queue may hold.',
  'engine/contention': 'Other writers changed this account at every try.',
  'engine/record-unreadable': 'The stored record is damaged or was written by a newer version.',
  'engine/record-too-large': 'The record of this account would be larger than the limit.',
  'engine/closed': 'This Tidelock was closed.',
  'engine/api-key-unknown': 'There is no API key with this id.',
  'engine/api-key-revoked': 'This API key was revoked, and is not taken again.',
  'engine/too-many-api-keys': 'The directory already holds as many API keys as it may.',
  'keys/malformed': 'The key ring is not of the form "id:base64 of 32 bytes", separated by commas.',
  'keys/weak': 'A key of the ring is a sample: all its bytes are the same.',
  'keys/not-of-this-store': 'None of these keys belongs to this store.',
  'keys/not-rolled-out': 'No service has sealed with the first key of the ring yet.',
  'vault/key-missing': 'A secret was sealed by a key that the ring does not have.',
  'vault/open-failed': 'A sealed value does not open: it was changed, or moved from another place.',
  'store/not-initialised': 'The store is empty, and these keys are not new.',
  'store/epoch-unknown':
    'This account was written after a backup was brought back, and this process or its store is of before.',
  'store/copy-unfinished':
    'This store is a copy that was not finished: begin "tidelock store copy" again, and it goes on.',
  'store/not-empty': 'A store is copied into an empty one, and this one holds other data.',
  'store/already-initialised': 'The store already holds data.',
  'store/newer': 'The store was written by a newer version of Tidelock.',
  'store/not-a-database': 'What stands there is not a database of Tidelock.',
  'store/full': 'The disk is full: nothing was written.',
  'store/read-only': 'The store cannot be written.',
  'store/locked': 'Another process held the store locked for too long.',
  'store/unavailable': 'The store cannot be reached or failed.',
  'store/not-durable': 'A server of the store may lose what it was told to keep.',
  'store/outcome-unknown':
    'The store broke off during a commit: it may have been carried out, and is not tried again.',
  'store/refused': 'The store cannot hold one of these changes: nothing was written.',
  'store/closed': 'The store was closed.',
} as const;

/** A key of {@link errorCodes}. */
export type ErrorCode = keyof typeof errorCodes;

/** What a {@link TidelockError} may carry besides its code. */
export interface TidelockErrorOptions {
  /** A sentence with what was found and what to do, put after the code's own; it never holds a secret, a code or a person. */
  readonly detail?: string;
  /** The fault beneath, for the operator's log. */
  readonly cause?: unknown;
  /** After how many seconds another try may help. */
  readonly retryAfterSeconds?: number;
}

/** A fault: something that kept Tidelock from deciding. What was decided, for or against the caller, is a value and never thrown. */
export class TidelockError extends Error {
  override readonly name = 'TidelockError';
  readonly code: ErrorCode;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, options: TidelockErrorOptions = {}) {
    const message = options.detail === undefined ? errorCodes[code] : `${errorCodes[code]} ${options.detail}`;
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}
