import type { ErrorCode } from '@tidelock/engine';

/**
 * The HTTP status of every fault of the engine; the compiler keeps it complete. What the caller can do something about
 * is a 4xx. 503 says that the same request may succeed later, and carries `Retry-After`; 500 that an operator must look.
 */
export const faultStatus: Readonly<Record<ErrorCode, number>> = {
  'engine/proof-required': 403,
  // 409 and no 503: the application and the store disagree, and asking again changes nothing. It is no 2xx, so nobody passes.
  'engine/account-not-enrolled': 409,
  'engine/enrollment-required': 403,
  'engine/factor-unknown': 404,
  'engine/too-many-factors': 409,
  'engine/no-active-factor': 409,
  'engine/rate-limited': 429,
  'engine/too-many-attempts': 429,
  'engine/limiter-unavailable': 503,
  'engine/recovery-not-ready': 409,
  'engine/recovery-unknown': 404,
  'engine/recovery-unavailable': 409,
  'engine/recovery-frozen': 409,
  'engine/recovery-not-frozen': 409,
  'engine/link-refused': 403,
  'engine/actor-is-owner': 403,
  'engine/overloaded': 503,
  'engine/contention': 503,
  'engine/record-unreadable': 500,
  'engine/record-too-large': 500,
  'engine/closed': 503,
  'engine/api-key-unknown': 404,
  'engine/api-key-revoked': 409,
  'engine/too-many-api-keys': 409,
  'keys/malformed': 500,
  'keys/weak': 500,
  'keys/not-of-this-store': 503,
  'keys/not-rolled-out': 500,
  // 503: a key that was rolled out in the wrong order, or is brought back; another process may have it.
  'vault/key-missing': 503,
  'vault/open-failed': 500,
  'store/not-initialised': 503,
  'store/already-initialised': 500,
  'store/copy-unfinished': 503,
  'store/not-empty': 500,
  // 503: the process looks again by the next request; another one may know already.
  'store/epoch-unknown': 503,
  'store/newer': 503,
  'store/not-a-database': 503,
  'store/full': 503,
  'store/read-only': 503,
  'store/locked': 503,
  'store/unavailable': 503,
  'store/refused': 500,
  'store/not-durable': 503,
  'store/outcome-unknown': 503,
  'store/closed': 503,
};
