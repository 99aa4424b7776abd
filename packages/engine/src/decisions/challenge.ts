import { isEnrolled, type Account } from '../account/account.ts';
import { codesLeft } from '../account/backup-codes.ts';
import {
  countingKinds,
  requirementFor,
  standingOf,
  type Requirement,
  type Requirements,
  type Standing,
} from '../account/requirement.ts';
import type { FactorKind } from '../account/factor.ts';
import { loginPurpose, managePurpose, pushBounded } from '../account/ticket.ts';
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
  /** The roles that the application says its user has. */
  readonly roles: readonly string[];
  /** What holds for accounts of this tenant, and what the profile demands of all. */
  readonly requirements: Requirements;
  readonly profile: Requirement;
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
      /** No factor counts yet: one that does must be active by then, seconds since the epoch. */
      readonly enrollBy?: number;
    }
  /** `trusted` where a second factor would be asked for, and this browser need not be. */
  | { readonly required: false; readonly trusted?: true; readonly enrollBy?: number };

/** A second factor is required, none counts, and the time to enroll is over: thrown by the face once it is logged. */
export interface EnrollmentOverdue {
  readonly required: 'overdue';
}

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
): Decided<ChallengeOutcome | EnrollmentOverdue> {
  // SECURITY: rule 3, a store that lost an account is a fault and no free pass.
  if (!isEnrolled(account) && command.expected === 'enrolled')
    throw new TidelockError('engine/account-not-enrolled');
  const requirement = requirementFor(command.requirements, command.roles, {
    own: account.requirement,
    profile: command.profile,
  });
  const standing = standingOf(account, requirement, context.now);
  const begun =
    requirement.level === 'required' ? beginGrace(account, standing, context) : decided(account, null);
  // Whoever is overdue may still add a factor that counts, by those that they have.
  if (standing.outcome === 'overdue' && command.purpose !== managePurpose)
    return refuseOverdue(begun.record, begun.events, context);
  const enrollBy = standing.outcome === 'grace' ? { enrollBy: standing.until } : {};
  if (!isEnrolled(account)) return decided(begun.record, { required: false, ...enrollBy }, ...begun.events);
  const opened = openChallenge(begun.record, command, countingKinds(account, requirement), context);
  return {
    ...opened,
    outcome: { ...opened.outcome, ...enrollBy },
    events: [...begun.events, ...opened.events],
  };
}

/** SECURITY: S23, begun once: whoever takes a factor off again has what is left of the time, and no more. */
function beginGrace(account: Account, standing: Standing, { now }: DecisionContext): Decided<null> {
  if (account.graceStartedAt !== null) return decided(account, null);
  const record: Account = { ...account, graceStartedAt: now };
  return standing.outcome === 'grace'
    ? decided(record, null, { kind: 'enrollment-due', until: standing.until })
    : decided(record, null);
}

/** SECURITY: LIFE-19, no session before a factor counts; the budget of openings bounds what it logs. */
function refuseOverdue(
  account: Account,
  events: Decided<null>['events'],
  context: DecisionContext,
): Decided<EnrollmentOverdue> {
  const refused = takeOpening(account, 'challengesFreeAt', context);
  return decided(refused, { required: 'overdue' }, ...events, { kind: 'enrollment-overdue' });
}

function openChallenge(
  account: Account,
  command: ChallengeCommand,
  kinds: readonly FactorKind[] | null,
  context: DecisionContext,
): Decided<ChallengeOutcome> {
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
  const bound = kinds === null ? {} : { kinds };
  const kept = { hash: platform.digest(ticket), purpose, actHash, expiresAt, failures: 0, ...bound };
  const record: Account = { ...opened, tickets: pushBounded(opened.tickets, kept, policy.ticketsMax) };
  const methods = methodsOf(account, kinds);
  return decided(
    record,
    { required: true, ticket, methods, expiresAt },
    { kind: 'challenge-opened', purpose },
  );
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

function methodsOf(account: Account, kinds: readonly FactorKind[] | null): readonly ChallengeMethod[] {
  const methods: ChallengeMethod[] = account.factors
    .filter(({ status, kind }) => status === 'active' && (kinds === null || kinds.includes(kind)))
    .map(({ id, kind, label }) => ({ kind, factorId: id, label, hint: null }));
  if (codesLeft(account.backupCodes) > 0)
    methods.push({ kind: 'backupCode', factorId: null, label: null, hint: null });
  return methods;
}
