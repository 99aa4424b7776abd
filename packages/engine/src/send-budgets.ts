import type { Notice } from './account/notice.ts';
import { stopsRecovery } from './account/notice.ts';
import type { Budget } from './ports/rate-limiter.ts';

/**
 * What a message is, for counting: a code that somebody asked for; an alarm, whose reader can stop what it tells of by its link;
 * or any other notice. SECURITY: E1, each has budgets of its own, so that nobody who can cause much of one keeps another from
 * being sent (`send-guard.test.ts`).
 */
export type SendKind = 'code' | 'alarm' | 'notice';

/** For each kind of message, what one mailbox gets over all accounts, and what one tenant sends. */
export type SendBudgets = {
  readonly [kind in SendKind]: { readonly recipient: Budget; readonly tenant: Budget };
};

const hour = 60 * 60;

/**
 * Windows of an hour: what is over budget waits no longer than that for the next, well within the day that a recovery waits, and
 * longer than a code lives.
 */
export const defaultSendBudgets: SendBudgets = Object.freeze({
  code: {
    // One account may ask for 5 in 10 minutes; that of three at once, which is more than one person has at hand.
    recipient: { name: 'code-recipient', points: 15, seconds: hour },
    // Codes are what costs money where they go by telephone. Of ten million people one in a thousand changes the device today: 10,000 a day, and half of them in two hours.
    tenant: { name: 'code-tenant', points: 5_000, seconds: hour },
  },
  alarm: {
    // Of recoveries that can still be stopped. Twice a day's worth for one account's four stages, each hour.
    recipient: { name: 'alarm-recipient', points: 30, seconds: hour },
    tenant: { name: 'alarm-tenant', points: 10_000, seconds: hour },
  },
  notice: {
    // A person who sets up a new phone causes about five.
    recipient: { name: 'notice-recipient', points: 20, seconds: hour },
    // Ten million people who mistype one code in twenty: well over what is told of them, since nothing here may pile up.
    tenant: { name: 'notice-tenant', points: 100_000, seconds: hour },
  },
});

/** Which budgets a message is paid from. */
export function sendKindOf({ code, notice }: { readonly code?: string; readonly notice: Notice }): SendKind {
  if (code !== undefined) return 'code';
  return stopsRecovery(notice.kind) ? 'alarm' : 'notice';
}
