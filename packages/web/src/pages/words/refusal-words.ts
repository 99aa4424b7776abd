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

/** A refusal in words: the whole of it stands above the form, what is wrong with the field stands at the field. */
export interface RefusalWords {
  readonly message: string;
  readonly atField: string;
}

/**
 * Why a code was refused, and what its owner does next. It says no more than the verdict does: a code that was used before is not
 * told apart from a wrong one.
 */
export function explainRefusal(refusal: Rejected | Locked, place: RefusalPlace): RefusalWords {
  if (refusal.outcome === 'locked') return explainLock(refusal.until, place);
  // A code that cannot be guessed has a throttle of its own, and no lock of the account.
  if (place.lockedUntil !== null && place.lockedUntil > place.now)
    return explainLock(place.lockedUntil, place);
  const { atField, advice } = causeOf(refusal, place.kind);
  return { atField, message: `${atField} ${advice} ${triesLeft(refusal.attemptsLeft)}` };
}

function causeOf(
  { reason, advice }: Rejected,
  kind: CodeKind,
): { readonly atField: string; readonly advice: string } {
  if (reason === 'expired') return { atField: 'That took too long.', advice: 'Type a new code.' };
  if (advice === 'set-clock') {
    return {
      atField: 'The clock of your device is off.',
      advice: 'Set its date and time to automatic, then type the code that it shows.',
    };
  }
  if (kind === 'backup') {
    return reason === 'malformed'
      ? {
          atField: 'That is not a backup code.',
          advice: 'Type it as it stands on your list; dashes and capitals do not matter.',
        }
      : {
          atField: 'That backup code was not right, or was used before.',
          advice: 'Check it against your list, or take the next one.',
        };
  }
  return reason === 'malformed'
    ? { atField: 'That is not a code.', advice: 'Type the digits that your app shows now.' }
    : {
        atField: 'That code was not right.',
        advice: "Check that your phone's clock is set automatically, or wait for the next code.",
      };
}

/** Why a code from a mail was refused. */
export function explainMailedRefusal(
  refusal: Rejected | Locked,
  { now, lockedUntil }: Pick<RefusalPlace, 'now' | 'lockedUntil'>,
): RefusalWords {
  const place = { now, lockedUntil, kind: 'backup', takesBackupCode: false } as const;
  if (refusal.outcome === 'locked') return explainLock(refusal.until, place);
  if (lockedUntil !== null && lockedUntil > now) return explainLock(lockedUntil, place);
  const atField =
    refusal.reason === 'expired' ? 'That code has run out.' : 'That is not the code of the newest message.';
  const advice = 'Look for the newest message, or send the code again.';
  return { atField, message: `${atField} ${advice} ${triesLeft(refusal.attemptsLeft)}` };
}

function triesLeft(left: number): string {
  return left === 0 ? 'The next wrong code locks for a while.' : `${plural(left, 'try', 'tries')} left.`;
}

function explainLock(until: number, { now, kind, takesBackupCode }: RefusalPlace): RefusalWords {
  const atField = 'Too many wrong codes.';
  const message = `${atField} Wait ${formatWait(until - now)}, then try again.`;
  const other = ' Or use a backup code now.';
  return { atField, message: takesBackupCode && kind === 'app' ? `${message}${other}` : message };
}
