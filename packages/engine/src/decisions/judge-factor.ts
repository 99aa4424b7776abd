import { Hotp, Totp } from '@tidelock/otp';
import { centreOf, learnDrift } from '../account/drift.ts';
import type { Factor, HotpFactor, TotpFactor } from '../account/factor.ts';
import type { Unreadable } from './attempt.ts';
import type { DecisionContext } from './decision.ts';
import { openSecret } from './open-secret.ts';
import { seekClock, type ClockSighting } from './seek-clock.ts';

/** What a code is to one factor. `accepted` carries the factor with the code spent. */
export type Judgement =
  | { readonly outcome: 'accepted'; readonly factor: Factor }
  | { readonly outcome: 'wrong'; readonly sighting?: ClockSighting }
  | { readonly outcome: 'replayed' }
  | Unreadable;

/** How a code is to be judged. */
export interface JudgeOptions {
  /** Whether a wrong code is looked for where a clock that is far off would have it; it is never accepted there. */
  readonly seeksClock: boolean;
}

const wrong: Judgement = Object.freeze({ outcome: 'wrong' });
const replayed: Judgement = Object.freeze({ outcome: 'replayed' });

/** Judges a code of digits against one factor; the factor itself decides nothing of locks and counts. */
export function judgeFactor(
  factor: Factor,
  code: string,
  context: DecisionContext,
  options: JudgeOptions = { seeksClock: false },
): Judgement {
  if (code.length !== factor.digits) return wrong;
  const opened = openSecret(factor, context);
  if (opened.outcome !== 'opened') return opened;
  return factor.kind === 'totp'
    ? judgeTotp(factor, code, opened.plaintext, context, options)
    : judgeHotp(factor, code, opened.plaintext, context);
}

function judgeTotp(
  factor: TotpFactor,
  code: string,
  secret: Uint8Array,
  context: DecisionContext,
  { seeksClock }: JudgeOptions,
): Judgement {
  const { now, policy } = context;
  const { algorithm, digits, periodSeconds, lastStep, drift, typedAhead } = factor;
  const totp = new Totp(secret, { algorithm, digits, periodSeconds });
  // RFC 6238 §6: the window is laid around what is known of the device's clock, and is as wide as ever (A10, OTP-12).
  const at = Math.max(0, now + centreOf(drift) * periodSeconds);
  const { window } = policy;
  // SECURITY: rule 1, a step at or before the last accepted one is never accepted (A1, A3, A6).
  const match = totp.verify(code, { at, window, ...(lastStep === null ? {} : { after: lastStep }) });
  if (match !== null && match.step !== typedAhead) {
    const seen = match.step - Math.floor(now / periodSeconds);
    const learnt = learnDrift(drift, seen, policy);
    return {
      outcome: 'accepted',
      factor: { ...factor, lastStep: match.step, drift: learnt, lastUsedAt: now, failures: 0 },
    };
  }
  // A second look for the log alone; a wrong and a spent code take the same time (A17).
  const isReplayed = totp.verify(code, { at, window }) !== null;
  const sighting = seeksClock ? seekClock(factor, code, secret, context) : null;
  if (isReplayed) return replayed;
  return sighting === null ? wrong : { outcome: 'wrong', sighting };
}

function judgeHotp(
  factor: HotpFactor,
  code: string,
  secret: Uint8Array,
  { now, policy }: DecisionContext,
): Judgement {
  const { algorithm, digits, counter } = factor;
  const match = new Hotp(secret, { algorithm, digits }).verify(code, {
    counter: BigInt(counter),
    lookAhead: policy.lookAhead,
  });
  if (match === null) return wrong;
  // SECURITY: S31, the counter moves on success only, past the matched value (RFC 4226 §7.2).
  return {
    outcome: 'accepted',
    factor: { ...factor, counter: String(match.nextCounter), lastUsedAt: now, failures: 0 },
  };
}
