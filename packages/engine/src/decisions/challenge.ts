import { isEnrolled, type Account } from '../account/account.ts';
import { codesLeft } from '../account/backup-codes.ts';
import { loginPurpose, pushBounded } from '../account/ticket.ts';
import type { TrustedBrowser } from '../account/trusted-browser.ts';
import { TidelockError } from '../tidelock-error.ts';
import { decided, newToken, type Decided, type DecisionContext } from './decision.ts';
import { takeOpening } from './opening.ts';
import type { Method } from './issue-proof.ts';

export interface ChallengeCommand {
  readonly purpose: string;
  readonly actHash: string | null;
  /** What the application remembers of its user. */
  readonly expected?: 'enrolled' | undefined;
  /** What an accepted sign-in from this browser gave. */
  readonly trustToken?: string | undefined;
}

/** One way to answer a challenge. */
export interface ChallengeMethod {
  readonly kind: Method;
  /** Null for a backup code. */
  readonly factorId: string | null;
  readonly label: string | null;
  /** Where a code was or would be sent; null where nothing is sent. */
  readonly hint: string | null;
}

export type ChallengeOutcome =
  | {
      readonly required: true;
      readonly ticket: string;
      readonly methods: readonly ChallengeMethod[];
      /** Seconds since the epoch. */
      readonly expiresAt: number;
    }
  /** `trusted` where a second factor would be asked for, and this browser need not be. */
  | { readonly required: false; readonly trusted?: true };

/**
 * Asks whether a second factor is needed, and opens a ticket for it.
 *
 * @throws TidelockError `engine/account-not-enrolled`: the application knows better than the store, and nobody passes;
 *   `engine/rate-limited`
 */
export function challenge(
  account: Account,
  command: ChallengeCommand,
  context: DecisionContext,
): Decided<ChallengeOutcome> {
  if (!isEnrolled(account)) {
    // SECURITY: rule 3, a store that lost an account is a fault and no free pass.
    if (command.expected === 'enrolled') throw new TidelockError('engine/account-not-enrolled');
    return decided(account, { required: false });
  }
  const { now, platform, policy } = context;
  const opened = takeOpening(account, 'challengesFreeAt', context);
  const trusted = findTrusted(account, command, context);
  if (trusted !== undefined) {
    const browsers = account.trust.browsers.map((browser) =>
      browser === trusted ? { ...trusted, lastUsedAt: now } : browser,
    );
    const known: Account = { ...opened, trust: { ...account.trust, browsers } };
    return decided(known, { required: false, trusted: true }, { kind: 'trusted-browser-used' });
  }
  const ticket = newToken('tkt', context);
  const expiresAt = Math.ceil(now) + policy.ticketSeconds;
  const { purpose, actHash } = command;
  const kept = { hash: platform.digest(ticket), purpose, actHash, expiresAt, failures: 0 };
  const record: Account = { ...opened, tickets: pushBounded(opened.tickets, kept, policy.ticketsMax) };
  const outcome: ChallengeOutcome = { required: true, ticket, methods: methodsOf(account), expiresAt };
  return decided(record, outcome, { kind: 'challenge-opened', purpose });
}

/** SECURITY: C19, a sign-in and nothing else: no change of the second factor, and no act that is to be approved. */
function findTrusted(
  { trust }: Account,
  { purpose, actHash, trustToken }: ChallengeCommand,
  { platform }: DecisionContext,
): TrustedBrowser | undefined {
  if (trustToken === undefined || purpose !== loginPurpose || actHash !== null) return undefined;
  const hash = platform.digest(trustToken);
  return trust.browsers.find((browser) => browser.hash === hash);
}

function methodsOf(account: Account): readonly ChallengeMethod[] {
  const methods: ChallengeMethod[] = account.factors
    .filter(({ status }) => status === 'active')
    .map(({ id, kind, label }) => ({ kind, factorId: id, label, hint: null }));
  if (codesLeft(account.backupCodes) > 0)
    methods.push({ kind: 'backupCode', factorId: null, label: null, hint: null });
  return methods;
}
