import type { Locked, Rejected } from '@tidelock/engine';
import { formatWait, plural } from './time-words.ts';

/** Which code was asked for. */
export type CodeKind = 'app' | 'backup';

/** What surrounds a refusal. */
export interface RefusalPlace {
  readonly kind: CodeKind;
  /** Seconds since the epoch. */
  readonly now: number;
  /** When the lock ends, where this very attempt brought it about. */
  readonly lockedUntil: number | null;
  /** Whether a backup code would be taken here. */
  readonly takesBackupCode: boolean;
}

/**
 * Why a code was refused, and what its owner does next. It says no more than the verdict does: a code that was used before is not
 * told apart from a wrong one.
 */
export function explainRefusal(refusal: Rejected | Locked, place: RefusalPlace): string {
  if (refusal.outcome === 'locked') return explainLock(refusal.until, place);
  // A code that cannot be guessed has a throttle of its own, and no lock of the account.
  if (place.lockedUntil !== null && place.lockedUntil > place.now)
    return explainLock(place.lockedUntil, place);
  return `${causeOf(refusal, place.kind)} ${triesLeft(refusal.attemptsLeft)}`;
}

function causeOf({ reason }: Rejected, kind: CodeKind): string {
  if (reason === 'expired') return 'That took too long. Type a new code.';
  if (kind === 'backup') {
    return reason === 'malformed'
      ? 'That is not a backup code. Type it as it stands on your list; dashes and capitals do not matter.'
      : 'That backup code was not right, or was used before. Check it against your list, or take the next one.';
  }
  return reason === 'malformed'
    ? 'That is not a code. Type the digits that your app shows now.'
    : "That code was not right. Check that your phone's clock is set automatically, or wait for the next code.";
}

function triesLeft(left: number): string {
  return left === 0 ? 'The next wrong code locks for a while.' : `${plural(left, 'try', 'tries')} left.`;
}

function explainLock(until: number, { now, kind, takesBackupCode }: RefusalPlace): string {
  const wait = `Too many wrong codes. Wait ${formatWait(until - now)}, then try again.`;
  return takesBackupCode && kind === 'app' ? `${wait} Or use a backup code now.` : wait;
}
