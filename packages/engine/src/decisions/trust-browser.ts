import type { Account } from '../account/account.ts';
import { loginPurpose, pushBounded, type Ticket } from '../account/ticket.ts';
import { stampOf } from '../account/trusted-browser.ts';
import { trustSeconds } from '../policy.ts';
import { newToken, type Decided, type DecisionContext } from './decision.ts';
import type { Accepted } from './issue-proof.ts';

/**
 * Trusts the browser that a sign-in was accepted from, where the policy allows it: the outcome then carries a token.
 * SECURITY: C19, only at a sign-in that began with the first factor, and never with a backup code, which may have been found.
 */
export function trustBrowser(
  accepted: Decided<Accepted>,
  ticket: Ticket | undefined,
  context: DecisionContext,
): Decided<Accepted> {
  const { now, platform, policy } = context;
  const lifeSeconds = trustSeconds(policy);
  if (lifeSeconds === 0 || ticket?.purpose !== loginPurpose || ticket.actHash !== null) return accepted;
  const { record, outcome, events } = accepted;
  const trustToken = newToken('tbr', context);
  const browser = {
    id: newToken('brw', context),
    hash: platform.digest(trustToken),
    createdAt: now,
    lastUsedAt: null,
    expiresAt: Math.ceil(now) + lifeSeconds,
  };
  const browsers = pushBounded(record.trust.browsers, browser, policy.trustedBrowsersMax);
  const trusting: Account = { ...record, trust: { stamp: stampOf(record), browsers } };
  return {
    ...accepted,
    record: trusting,
    outcome: { ...outcome, trustToken },
    events: [...events, { kind: 'browser-trusted', until: browser.expiresAt }],
  };
}
