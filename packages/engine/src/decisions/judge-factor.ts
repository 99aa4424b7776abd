import { Hotp, Totp } from '@tidelock/otp';
import type { Factor, HotpFactor, TotpFactor } from '../account/factor.ts';
import type { Unreadable } from './attempt.ts';
import type { DecisionContext } from './decision.ts';

/** What a code is to one factor. `accepted` carries the factor with the code spent. */
export type Judgement =
  | { readonly outcome: 'accepted'; readonly factor: Factor }
  | { readonly outcome: 'wrong' }
  | { readonly outcome: 'replayed' }
  | Unreadable;

const wrong: Judgement = Object.freeze({ outcome: 'wrong' });
const replayed: Judgement = Object.freeze({ outcome: 'replayed' });

/** Judges a code of digits against one factor; the factor itself decides nothing of locks and counts. */
export function judgeFactor(factor: Factor, code: string, context: DecisionContext): Judgement {
  if (code.length !== factor.digits) return wrong;
  const opened = context.vault.open(factor.sealedSecret, {
    id: context.id,
    holder: factor.id,
    purpose: 'secret',
  });
  // SECURITY: rule 3, what cannot be decrypted refuses (C17, C18).
  if (opened.outcome !== 'opened') return { outcome: 'unreadable', code: `vault/${opened.outcome}` };
  return factor.kind === 'totp'
    ? judgeTotp(factor, code, opened.plaintext, context)
    : judgeHotp(factor, code, opened.plaintext, context);
}

function judgeTotp(
  factor: TotpFactor,
  code: string,
  secret: Uint8Array,
  { now, policy }: DecisionContext,
): Judgement {
  const { algorithm, digits, periodSeconds, lastStep } = factor;
  const totp = new Totp(secret, { algorithm, digits, periodSeconds });
  const { window } = policy;
  // SECURITY: rule 1, a step at or before the last accepted one is never accepted (A1, A3, A6).
  const match = totp.verify(code, { at: now, window, ...(lastStep === null ? {} : { after: lastStep }) });
  if (match !== null)
    return {
      outcome: 'accepted',
      factor: { ...factor, lastStep: match.step, lastUsedAt: now, failures: 0 },
    };
  // A second look for the log alone; a wrong and a spent code take the same time (A17).
  return totp.verify(code, { at: now, window }) === null ? wrong : replayed;
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
