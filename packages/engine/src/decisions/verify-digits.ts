import type { Account } from '../account/account.ts';
import type { Factor } from '../account/factor.ts';
import { freshThrottle } from '../account/throttle.ts';
import { checkPurpose, type Ticket } from '../account/ticket.ts';
import { reject, type Rejected, type Unreadable } from './attempt.ts';
import { decided, type Decided, type DecisionContext } from './decision.ts';
import { issueProof, type Accepted } from './issue-proof.ts';
import { judgeFactor } from './judge-factor.ts';
import type { VerifyRequest } from './verify-request.ts';

/** Judges a one-time code: against the factor that it names, or against the last used ones. */
export function verifyDigits(
  account: Account,
  code: string,
  request: VerifyRequest,
  context: DecisionContext,
): Decided<Accepted | Rejected | Unreadable> {
  const { attempt, ticket, factorId } = request;
  const candidates = candidateFactors(account, factorId, context.policy.factorsTried);
  const judgements = candidates.map((factor) => judgeFactor(factor, code, context));
  const judged = candidates.filter((_, index) => judgements[index]!.outcome !== 'unreadable');
  const accepted = judgements.find(({ outcome }) => outcome === 'accepted');
  if (accepted?.outcome === 'accepted') return accept(account, accepted.factor, ticket, context);
  const unreadable = judgements.find(({ outcome }) => outcome === 'unreadable');
  if (unreadable?.outcome === 'unreadable' && judged.length === 0) {
    return decided(account, unreadable, {
      kind: 'secret-unreadable',
      factorId: candidates[0]!.id,
      reason: unreadable.code,
    });
  }
  const replayed = judgements.findIndex(({ outcome }) => outcome === 'replayed');
  const about = candidates[replayed] ?? (candidates.length === 1 ? candidates[0] : undefined);
  return reject(
    account,
    attempt,
    {
      reason: 'wrong',
      logged: replayed === -1 ? 'wrong' : 'replayed',
      judged,
      purpose: ticket?.purpose ?? checkPurpose,
      ...(about === undefined ? {} : { factorId: about.id, method: about.kind }),
    },
    context,
  );
}

/** The named factor, or the last used ones: each more multiplies the odds of a guess (A18). */
function candidateFactors(account: Account, factorId: string | undefined, most: number): readonly Factor[] {
  const active = account.factors.filter(({ status }) => status === 'active');
  if (factorId !== undefined) return active.filter(({ id }) => id === factorId);
  return active.toSorted((left, right) => lastUse(right) - lastUse(left)).slice(0, most);
}

function accept(
  account: Account,
  factor: Factor,
  ticket: Ticket | undefined,
  context: DecisionContext,
): Decided<Accepted> {
  const factors = account.factors.map((other) => (other.id === factor.id ? factor : other));
  const cleared: Account = { ...account, factors, throttle: freshThrottle };
  return issueProof(cleared, { method: factor.kind, factorId: factor.id }, ticket, context);
}

function lastUse({ lastUsedAt, activatedAt }: Factor): number {
  return lastUsedAt ?? activatedAt ?? 0;
}
