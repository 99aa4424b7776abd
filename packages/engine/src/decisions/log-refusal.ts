import type { Account } from '../account/account.ts';
import type { EventDraft } from '../account/audit-event.ts';
import { withoutRepeatedEvents } from '../account/repeated-event.ts';
import { tellOwner } from './tell-owner.ts';
import { TidelockError } from '../tidelock-error.ts';
import { decided, type Decided, type Decision, type DecisionContext } from './decision.ts';

/**
 * Decides, and adds what is logged and sent of it whatever was decided: what happened to the account `before`, a refusal that
 * leaves a trace, no event that somebody could fill the log with, and the messages to the owner.
 */
export function decideLogged<Outcome>(
  account: Account,
  context: DecisionContext,
  decide: (account: Account, context: DecisionContext) => Decision<Outcome>,
  before: readonly EventDraft[] = [],
): Decision<Outcome> {
  let decision: Decision<Outcome>;
  try {
    decision = decide(account, context);
  } catch (fault) {
    decision = logRefusal(account, fault);
  }
  decision = withoutRepeats(withEvents(before, decision), context);
  const { notices } = context;
  if (notices === null || decision.kind === 'stale') return decision;
  // Where its own events stand is settled by now: messages are named after it.
  const told = tellOwner(account, decision, context, notices);
  return withoutRepeats(told, context, decision.events.length);
}

/** The decision with what happened to the account before it; an erasure would only erase that, too. */
function withEvents<Outcome>(before: readonly EventDraft[], decision: Decision<Outcome>): Decision<Outcome> {
  if (before.length === 0 || decision.kind === 'stale' || decision.erases === true) return decision;
  return { ...decision, events: [...before, ...decision.events] };
}

/**
 * The refusal of a change for want of a proof, as a decision: it is logged, and thrown when that is durable (LOG-06). Every
 * other fault is thrown as it is. @throws the fault
 */
function logRefusal(account: Account, fault: unknown): Decided<never> {
  if (!(fault instanceof TidelockError) || fault.code !== 'engine/proof-required') throw fault;
  const refusal = decided(account, null as never, { kind: 'change-refused', reason: 'proof-required' });
  return { ...refusal, fault };
}

/** The decision without events that somebody could fill the log with; the first `settled` of its events are left alone. */
function withoutRepeats<Outcome>(
  decision: Decision<Outcome>,
  { now }: Pick<DecisionContext, 'now'>,
  settled = 0,
): Decision<Outcome> {
  if (decision.kind === 'stale' || decision.events.length === settled) return decision;
  const { lastLogged } = decision.record;
  const { last, drafts } = withoutRepeatedEvents(lastLogged, decision.events.slice(settled), now);
  const record = last === lastLogged ? decision.record : { ...decision.record, lastLogged: last };
  return { ...decision, record, events: [...decision.events.slice(0, settled), ...drafts] };
}
