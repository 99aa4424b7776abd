import { countedMailbox } from './account/counted-mailbox.ts';
import type { MessagePayload } from './decisions/message.ts';
import type { Budget, RateLimiter, Spending } from './ports/rate-limiter.ts';
import { sendKindOf, type SendBudgets } from './send-budgets.ts';

/** One message, as it is counted. */
interface CountedMessage {
  readonly tenant: string;
  readonly payload: MessagePayload;
}

/** Decides whether a message may leave now, across all accounts. */
export interface SendGuard {
  spend(message: CountedMessage): Promise<Spending>;
  /** For a message that did not leave. */
  giveBack(message: CountedMessage): Promise<void>;
}

/** Lets everything pass: what one account may send is counted in its record. */
export const openSendGuard: SendGuard = {
  spend: async () => ({ outcome: 'allowed' }),
  giveBack: async () => undefined,
};

/** The limiter is asked for the mailbox first: a flood at one person must not use up what the tenant has for the others. */
export function createSendGuard(limiter: RateLimiter, budgets: SendBudgets): SendGuard {
  const pairsOf = ({ tenant, payload }: CountedMessage): readonly (readonly [string, Budget])[] => {
    const { recipient, tenant: whole } = budgets[sendKindOf(payload)];
    return [
      [countedMailbox(payload.to), recipient],
      [tenant, whole],
    ];
  };
  return {
    async spend(message) {
      const paid: (readonly [string, Budget])[] = [];
      for (const [key, budget] of pairsOf(message)) {
        const spending = await limiter.spend(key, budget);
        if (spending.outcome !== 'allowed') {
          for (const [other, spent] of paid) await limiter.giveBack(other, spent);
          return spending;
        }
        paid.push([key, budget]);
      }
      return { outcome: 'allowed' };
    },
    async giveBack(message) {
      for (const [key, budget] of pairsOf(message)) await limiter.giveBack(key, budget);
    },
  };
}
