import { replaceFactor, type Account } from '../account/account.ts';
import type { Factor } from '../account/factor.ts';
import { freshThrottle } from '../account/throttle.ts';
import { checkPurpose } from '../account/ticket.ts';
import { reject, type Rejected, type Unreadable } from './attempt.ts';
import { decided, type Decided, type DecisionContext } from './decision.ts';
import { issueProof, type Accepted } from './issue-proof.ts';
import { cancelBySignIn } from './recovery/cancel-recovery.ts';
import { judgeFactor, type Judgement } from './judge-factor.ts';
import { trustBrowser } from './trust-browser.ts';
import type { VerifyRequest } from './verify-request.ts';

/** Judges a one-time code: against the factor that it names, or against the last used ones. */
export function verifyDigits(
  account: Account,
  code: string,
  request: VerifyRequest,
  context: DecisionContext,
): Decided<Accepted | Rejected | Unreadable> {
  const { ticket } = request;
  // SECURITY: S28, only for somebody who has proved the first factor, and not while they go on guessing: a bound on its cost.
  const seeksClock = ticket !== undefined && account.throttle.failures < context.policy.failuresBeforeLock;
  const options = { seeksClock };
  const candidates = candidateFactors(account, code, request, context);
  const judgements = candidates.map((factor) => judgeFactor(factor, code, context, options));
  const judged = candidates.filter((_, index) => judgements[index]!.outcome !== 'unreadable');
  const accepted = judgements.find(({ outcome }) => outcome === 'accepted');
  if (accepted?.outcome === 'accepted') return accept(account, accepted.factor, request, context);
  const unreadable = judgements.find(({ outcome }) => outcome === 'unreadable');
  if (unreadable?.outcome === 'unreadable' && judged.length === 0) {
    return decided(account, unreadable, {
      kind: 'secret-unreadable',
      factorId: candidates[0]!.id,
      reason: unreadable.code,
    });
  }
  return refuse(account, request, { candidates, judged, judgements }, context);
}

interface Judged {
  readonly candidates: readonly Factor[];
  /** Those whose secret could be opened. */
  readonly judged: readonly Factor[];
  /** One for each candidate. */
  readonly judgements: readonly Judgement[];
}

function refuse(
  account: Account,
  { attempt, ticket }: VerifyRequest,
  { candidates, judged, judgements }: Judged,
  context: DecisionContext,
): Decided<Rejected> {
  const purpose = ticket?.purpose ?? checkPurpose;
  const spent = candidates[judgements.findIndex(({ outcome }) => outcome === 'replayed')];
  if (spent !== undefined)
    return reject(
      account,
      attempt,
      { ...about(spent), reason: 'wrong', logged: 'replayed', judged, purpose, ticket },
      context,
    );
  const sighted = judgements.find((judgement) => judgement.outcome === 'wrong' && judgement.sighting);
  if (sighted?.outcome === 'wrong' && sighted.sighting !== undefined) {
    const { factor } = sighted.sighting;
    const failure = {
      reason: 'wrong',
      logged: 'clock-off',
      advice: 'set-clock',
      judged,
      purpose,
      ticket,
    } as const;
    return reject(replaceFactor(account, factor), attempt, { ...about(factor), ...failure }, context);
  }
  const only = candidates.length === 1 ? about(candidates[0]!) : {};
  return reject(account, attempt, { ...only, reason: 'wrong', judged, purpose, ticket }, context);
}

function about({ id, kind }: Factor) {
  return { factorId: id, method: kind };
}

/** The named factor, or the last used ones that show codes of this length: each is one more chance of a guess (A18). */
function candidateFactors(
  { factors }: Account,
  code: string,
  { factorId, ticket }: VerifyRequest,
  { policy }: DecisionContext,
): readonly Factor[] {
  // SECURITY: S23, a kind that does not count answers no ticket that asks for others.
  const active = factors.filter(
    ({ status, kind }) => status === 'active' && (ticket?.kinds?.includes(kind) ?? true),
  );
  if (factorId !== undefined) return active.filter(({ id }) => id === factorId);
  return active
    .filter(({ digits }) => digits === code.length)
    .toSorted((left, right) => lastUse(right) - lastUse(left))
    .slice(0, policy.factorsTried);
}

function accept(
  account: Account,
  factor: Factor,
  { ticket, trustsBrowser }: VerifyRequest,
  context: DecisionContext,
): Decided<Accepted> {
  const cleared: Account = { ...replaceFactor(account, factor), throttle: freshThrottle };
  const method = { method: factor.kind, factorId: factor.id } as const;
  const accepted = cancelBySignIn(issueProof(cleared, method, ticket, context), ticket);
  return trustsBrowser ? trustBrowser(accepted, ticket, context) : accepted;
}

function lastUse({ lastUsedAt, activatedAt }: Factor): number {
  return lastUsedAt ?? activatedAt ?? 0;
}
