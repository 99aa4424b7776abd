import {
  valueOf,
  WorldViolation,
  type Act,
  type ActOf,
  type CallName,
  type Span,
  type Watcher,
} from '../act.ts';
import { isAccepted, type Ledger } from '../ledger.ts';

/** What an attempt was to the count of guesses. */
interface Attempt {
  readonly act: Act;
  readonly span: Span;
  readonly kind: 'rejected' | 'accepted' | 'locked' | 'unknown';
  /** How many failures it has cost for sure. */
  readonly costMin: number;
  /** How many failures it may have cost. */
  readonly costMax: number;
  /** Whether it may have ended the count. */
  readonly mayClear: boolean;
}

/** B9: every call that takes what somebody could guess. */
const guessed: ReadonlySet<CallName> = new Set([
  'verify',
  'activate',
  'resync',
  'confirmRecovery',
  'cancelByCode',
]);
const failuresBeforeLock = 5;
const lockSeconds = 60;
const lockSecondsMax = 3600;
const factorsTriedMax = 3;

/**
 * Rule 2: the lock schedule holds over all servers, for attempts at once and one after another, and nobody is locked without
 * failures. It looks back when all is known, and only at times when no clock had jumped.
 */
export class GuessCaps implements Watcher {
  readonly #ledger: Ledger;
  readonly #wasSane: (start: number, end: number) => boolean;
  readonly #tolerance: number;

  constructor(ledger: Ledger, wasSane: (start: number, end: number) => boolean, skewSeconds: number) {
    this.#ledger = ledger;
    this.#wasSane = wasSane;
    this.#tolerance = 2 * skewSeconds + 1;
  }

  atEnd(): void {
    const accounts = new Set(this.#ledger.acts.map(({ account }) => account));
    for (const account of accounts) {
      for (const act of this.#ledger.actsOf(account))
        if (act.call === 'verify' && isStrongCode(act.request.code) && valueOf(act)?.outcome === 'locked')
          throw new WorldViolation('rule 9', 'a lock on guesses kept a backup code out', act);
      const attempts = this.#ledger.actsOf(account).flatMap((act) => this.#attemptOf(act));
      this.#schedule(attempts);
      this.#bursts(attempts);
      this.#unfoundedLocks(attempts);
    }
  }

  #schedule(attempts: readonly Attempt[]): void {
    for (const judged of attempts) {
      // An unlock comes while there is a lock: it is no guess.
      if (!guessed.has(judged.act.call)) continue;
      if (judged.kind !== 'rejected' && judged.kind !== 'accepted') continue;
      const since = clearedUntil(attempts, judged);
      const failures = attempts.filter(
        ({ kind, span }) => kind === 'rejected' && span.start > since && span.end < judged.span.start,
      );
      const cost = failures.reduce((sum, { costMin }) => sum + costMin, 0);
      const beyond = cost - failuresBeforeLock;
      if (beyond < 0) continue;
      const lock = Math.min(lockSeconds * 2 ** Math.min(beyond, 12), lockSecondsMax);
      const lockedAt = Math.max(...failures.map(({ span }) => span.start));
      const first = Math.min(...failures.map(({ span }) => span.start));
      if (judged.span.end >= lockedAt + lock - this.#tolerance) continue;
      if (this.#wasSane(first, judged.span.end))
        throw new WorldViolation('rule 2', `a code was judged ${beyond + 1} failures beyond the lock`, {
          judged: judged.act,
          failures: failures.map(({ span }) => span),
        });
    }
  }

  /** No more than five are judged within one lock's length, however many come at once. */
  #bursts(attempts: readonly Attempt[]): void {
    const clears = attempts.filter(({ mayClear }) => mayClear);
    for (const { kind, span: first } of attempts) {
      if (kind !== 'rejected') continue;
      const end = first.start + lockSeconds - this.#tolerance;
      if (clears.some(({ span }) => span.settled >= first.start && span.start <= end)) continue;
      const judged = attempts.filter(
        ({ kind, span }) => kind === 'rejected' && span.start >= first.start && span.end <= end,
      );
      if (judged.length > failuresBeforeLock && this.#wasSane(first.start, end))
        throw new WorldViolation(
          'rule 2',
          `${judged.length} codes were judged at once`,
          judged.map(({ act }) => act),
        );
    }
  }

  /** Rule 9, B11: a lock has its failures, and codes that cannot be guessed cause none. */
  #unfoundedLocks(attempts: readonly Attempt[]): void {
    for (const locked of attempts) {
      if (locked.kind !== 'locked') continue;
      const cleared = attempts.filter(
        ({ kind, mayClear, span }) => mayClear && kind === 'accepted' && span.end < locked.span.start,
      );
      const since = Math.max(0, ...cleared.map(({ span }) => span.start));
      const possible = attempts
        .filter(({ span }) => span.settled >= since && span.start < locked.span.end)
        .reduce((sum, { costMax }) => sum + costMax, 0);
      if (possible < failuresBeforeLock)
        throw new WorldViolation('rule 9', 'an account was locked without failures', locked.act);
    }
  }

  #attemptOf(act: Act): readonly Attempt[] {
    const { span, answer } = act;
    // An erasure forgets the count along with the rest.
    if (act.call === 'unlock' || act.call === 'erase' || act.call === 'eraseUnenrolled') {
      const kind = isAccepted(act) ? 'accepted' : 'unknown';
      if (kind === 'unknown' && !span.isInDoubt) return [];
      return [{ act, span, kind, costMin: 0, costMax: 0, mayClear: true }];
    }
    if (!guessed.has(act.call)) return [];
    if (act.call === 'verify' && isStrongCode(act.request.code)) return [];
    // B4: no activation and no mailed code ends the count.
    const isProof = act.call === 'verify' || act.call === 'resync';
    const isTriedOnMany = act.call === 'verify' && act.request.factorId === undefined;
    const costMax = isTriedOnMany ? factorsTriedMax : 1;
    if (answer.kind !== 'answered')
      return span.isInDoubt ? [{ act, span, kind: 'unknown', costMin: 0, costMax, mayClear: isProof }] : [];
    const { outcome: kind, reason } = answer.value as {
      readonly outcome: Attempt['kind'];
      readonly reason?: string;
    };
    const mayClear = kind === 'accepted' && isProof;
    if (kind !== 'rejected') return [{ act, span, kind, costMin: 0, costMax: 0, mayClear }];
    // A18: a code that was tried on three devices had three chances.
    const devices = isTriedOnMany && reason === 'wrong' ? this.#surelyTried(act) : 1;
    return [{ act, span, kind, costMin: Math.max(1, Math.min(devices, factorsTriedMax)), costMax, mayClear }];
  }

  /** On how many devices a code was tried at the least: S23, a ticket may be for those of one kind alone. */
  #surelyTried({ account, span, request }: ActOf<'verify'>): number {
    const active = this.#ledger
      .factorsOf(account)
      .filter(
        (factor) =>
          factor.active !== null &&
          factor.active.end <= span.start &&
          (factor.maybeDead === null || factor.maybeDead.start >= span.end),
      );
    const tokens = active.filter(({ kind }) => kind === 'hotp').length;
    const apps = active.length - tokens;
    if (request.ticket === undefined || tokens === 0 || apps === 0) return active.length;
    return Math.min(tokens, apps);
  }
}

/** Until when the count may have been ended before, or while, an attempt was judged. */
function clearedUntil(attempts: readonly Attempt[], judged: Attempt): number {
  const clears = attempts.filter(
    (other) => other.mayClear && other !== judged && other.span.start < judged.span.end,
  );
  return Math.max(0, ...clears.map(({ span }) => span.settled));
}

/** Sixteen characters of Crockford's base32, in groups or not: what a backup code looks like. */
export function isStrongCode(code: unknown): boolean {
  return typeof code === 'string' && /^[0-9A-HJKMNP-TV-Z]{16}$/.test(code.replaceAll(/[ -]/g, ''));
}
