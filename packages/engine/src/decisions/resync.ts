import { Hotp } from '@tidelock/otp';
import { replaceFactor, type Account } from '../account/account.ts';
import { resyncDrift } from '../account/drift.ts';
import {
  viewFactor,
  type Factor,
  type FactorView,
  type HotpFactor,
  type TotpFactor,
} from '../account/factor.ts';
import { freshThrottle } from '../account/throttle.ts';
import {
  isAttemptLocked,
  readAttempt,
  refuseLocked,
  reject,
  type Attempt,
  type Locked,
  type Rejected,
  type Unreadable,
} from './attempt.ts';
import { decided, type Decided, type DecisionContext } from './decision.ts';
import { findCodes } from './find-codes.ts';
import { openSecret } from './open-secret.ts';
import { findSteps, stepsAround } from './seek-clock.ts';

export interface ResyncCommand {
  readonly factorId: string;
  /** What was typed; anything, as it came. */
  readonly codes: unknown;
}

/** The device was found, and its codes are spent. There is no proof in it: a sign-in takes the next code. */
export interface Resynchronised {
  readonly outcome: 'accepted';
  readonly factor: FactorView;
}

export type ResyncOutcome = Resynchronised | Rejected | Locked | Unreadable;

const countersEnd = 2n ** 64n;

/**
 * Finds a token that ran ahead, or a clock that is hours off, by two or three consecutive codes (OTP-15). RFC 4226 §7.4
 * and App. E.4, RFC 6238 §6. SECURITY: B8, it counts as every attempt does, whatever the codes are.
 */
export function resync(
  account: Account,
  { factorId, codes }: ResyncCommand,
  context: DecisionContext,
): Decided<ResyncOutcome> {
  const attempt: Attempt = { typed: { form: 'malformed' }, strong: false };
  if (isAttemptLocked(account, attempt, context)) return refuseLocked(account, context);
  const typed = readCodes(codes, account, context);
  const factor = account.factors.find(({ id, status }) => id === factorId && status === 'active');
  // An id that the account does not have is text of a stranger, and does not go into the log.
  const about = factor === undefined ? {} : { factorId, method: factor.kind };
  if (typed === null) return reject(account, attempt, { reason: 'malformed', ...about }, context);
  if (factor === undefined)
    return reject(account, attempt, { reason: 'wrong', logged: 'no-such-factor' }, context);
  const opened = openSecret(factor, context);
  if (opened.outcome !== 'opened')
    return decided(account, opened, { kind: 'secret-unreadable', reason: opened.code, ...about });
  const found = find(factor, typed, opened.plaintext, context);
  if (found === null)
    return reject(account, attempt, { reason: 'wrong', judged: [factor], ...about }, context);
  const used: Factor = { ...found, lastUsedAt: context.now, failures: 0 };
  const record: Account = { ...replaceFactor(account, used), throttle: freshThrottle };
  return decided(
    record,
    { outcome: 'accepted', factor: viewFactor(used) },
    { kind: 'factor-resynchronised', ...about },
  );
}

/** Two or three codes of digits, or null. */
function readCodes(codes: unknown, account: Account, { policy }: DecisionContext): readonly string[] | null {
  if (!Array.isArray(codes) || codes.length < 2 || codes.length > 3) return null;
  const read = codes.map((code: unknown) => readAttempt(code, account, policy).typed);
  const digits = read.flatMap((typed) => (typed.form === 'digits' ? [typed.code] : []));
  return digits.length === codes.length ? digits : null;
}

/** The factor with all of the codes spent, or null where they do not stand in exactly one place. */
function find(
  factor: Factor,
  codes: readonly string[],
  secret: Uint8Array,
  context: DecisionContext,
): Factor | null {
  if (codes.some(({ length }) => length !== factor.digits)) return null;
  return factor.kind === 'totp'
    ? findTotp(factor, codes, secret, context)
    : findHotp(factor, codes, secret, context);
}

/** SECURITY: rule 1, only steps after the last accepted one are found, so that the accepted step never moves back (OTP-12). */
function findTotp(
  factor: TotpFactor,
  codes: readonly string[],
  secret: Uint8Array,
  context: DecisionContext,
): TotpFactor | null {
  const range = stepsAround(factor, context, codes.length - 1);
  const { place, times } = findSteps(factor, codes, secret, range);
  if (times !== 1) return null;
  const lastStep = range.first + place + codes.length - 1;
  // The last code is the one that the device shows now.
  const present = Math.floor(context.now / factor.periodSeconds);
  return { ...factor, lastStep, drift: resyncDrift(lastStep - present) };
}

function findHotp(
  factor: HotpFactor,
  codes: readonly string[],
  secret: Uint8Array,
  { policy }: DecisionContext,
): HotpFactor | null {
  const { algorithm, digits } = factor;
  const first = BigInt(factor.counter);
  const left = countersEnd - first;
  const wanted = policy.resyncLookAhead + codes.length;
  const count = left < BigInt(wanted) ? Number(left) : wanted;
  const hotp = new Hotp(secret, { algorithm, digits });
  const codeAt = (place: number) => hotp.generate(first + BigInt(place));
  const { place, times } = findCodes(codes, { codeAt, count, firstFree: 0 });
  return times === 1 ? { ...factor, counter: String(first + BigInt(place + codes.length)) } : null;
}
