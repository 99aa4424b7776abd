import type { FactorKind } from './factor.ts';
import { normaliseText } from './account-id.ts';

/** Whether people must have a second factor, from when on, and which kinds of factor count (S23). */
export interface Requirement {
  readonly level: 'optional' | 'required';
  /** From the first sign-in under a requirement on, in days; begun once, and never renewed. */
  readonly graceDays: number;
  /** Which kinds of factor count; a backup code stands in for any of them. */
  readonly kinds: readonly FactorKind[];
}

/** What holds for all accounts of a tenant, and for those with a role. */
export interface Requirements {
  readonly everyone: Requirement;
  /** By the application's own names of roles. */
  readonly roles: { readonly [role: string]: Requirement };
}

/** What a requirement makes of an account at this moment. */
export type Standing =
  /** Nothing is asked for, or a factor that counts is there. */
  | { readonly outcome: 'met' }
  /** No factor counts yet, and there is time until then, seconds since the epoch. */
  | { readonly outcome: 'grace'; readonly until: number }
  /** No factor counts, and the time is over: nobody gets a session before one does. */
  | { readonly outcome: 'overdue' };

const factorKinds: readonly FactorKind[] = ['totp', 'hotp'];
const daySeconds = 24 * 3600;
const graceDaysMax = 90;
const rolesMax = 50;

/** A sign-in names at most so many roles. */
export const signInRolesMax = 20;

/** Nobody must have a second factor. */
export const optionalRequirement: Requirement = Object.freeze({
  level: 'optional',
  graceDays: 0,
  kinds: factorKinds,
});

/** Nobody must have a second factor, whatever the role. */
export const noRequirements: Requirements = Object.freeze({ everyone: optionalRequirement, roles: {} });

/** What a caller says of a requirement; what is left out has the blank value. */
export type RequirementWish = Partial<Requirement> & Pick<Requirement, 'level'>;

/** @throws TypeError, RangeError */
export function normaliseRequirement(wish: RequirementWish): Requirement {
  const { level, graceDays = 0, kinds = factorKinds } = wish;
  const unknown = Object.keys(wish).find((name) => !Object.hasOwn(optionalRequirement, name));
  if (unknown !== undefined) throw new TypeError(`A requirement has no member "${unknown}".`);
  if (level !== 'optional' && level !== 'required')
    throw new RangeError('The level of a requirement is "optional" or "required".');
  if (!Number.isInteger(graceDays) || graceDays < 0 || graceDays > graceDaysMax)
    throw new RangeError(`graceDays is a whole number from 0 to ${graceDaysMax}.`);
  if (!Array.isArray(kinds) || kinds.length === 0 || kinds.some((kind) => !factorKinds.includes(kind)))
    throw new RangeError(`The kinds that count are one or more of ${factorKinds.join(', ')}.`);
  return { level, graceDays, kinds: factorKinds.filter((kind) => kinds.includes(kind)) };
}

/**
 * Checks what holds for everyone and for roles.
 *
 * @throws TypeError, RangeError; also where no single kind counts for all of them, since somebody may have every role.
 */
export function normaliseRequirements(wish: {
  readonly everyone: RequirementWish;
  readonly roles?: { readonly [role: string]: RequirementWish };
}): Requirements {
  const roles = Object.entries(wish.roles ?? {});
  if (roles.length > rolesMax) throw new RangeError(`There are at most ${rolesMax} roles.`);
  const everyone = normaliseRequirement(wish.everyone);
  const named = roles.map(
    ([role, requirement]) => [normaliseRole(role), normaliseRequirement(requirement)] as const,
  );
  if (new Set(named.map(([role]) => role)).size < named.length)
    throw new RangeError('A role is named once: two of these are the same.');
  const together = combine([everyone, ...named.map(([, requirement]) => requirement)]);
  if (together.kinds.length === 0)
    throw new RangeError(
      'No kind of factor counts for every role: somebody with all of them could not sign in.',
    );
  return { everyone, roles: Object.fromEntries(named) };
}

/** @throws TypeError, RangeError */
export function normaliseRole(role: string): string {
  return normaliseText(role, 'a role', 64);
}

/** @throws TypeError, RangeError */
export function normaliseRoles(roles: readonly string[]): readonly string[] {
  if (!Array.isArray(roles) || roles.length > signInRolesMax)
    throw new RangeError(`roles is a list of at most ${signInRolesMax}.`);
  return roles.map((role) => normaliseRole(role as string));
}

/**
 * What holds for somebody with these roles. An account's own requirement takes the place of what its tenant says; what
 * the profile demands holds for all.
 */
export function requirementFor(
  { everyone, roles }: Requirements,
  wanted: readonly string[],
  { own, profile }: { readonly own: Requirement | null; readonly profile: Requirement },
): Requirement {
  const named = wanted.filter((role) => Object.hasOwn(roles, role)).map((role) => roles[role]!);
  return combine([profile, ...(own === null ? [everyone, ...named] : [own])]);
}

/** The strictest of several: required where one is, the shortest time, the kinds that count for each that requires one. */
function combine(requirements: readonly Requirement[]): Requirement {
  const required = requirements.filter(({ level }) => level === 'required');
  if (required.length === 0) return optionalRequirement;
  return {
    level: 'required',
    graceDays: Math.min(...required.map(({ graceDays }) => graceDays)),
    kinds: factorKinds.filter((kind) => required.every(({ kinds }) => kinds.includes(kind))),
  };
}

/** What {@link standingOf} looks at. */
export interface Enrolled {
  readonly factors: readonly { readonly kind: FactorKind; readonly status: string }[];
  /** When the account first met a requirement, seconds since the epoch; null where it never did. */
  readonly graceStartedAt: number | null;
}

/** Where an account stands. A factor that failures disabled is none that counts: it must be bound again. */
export function standingOf(account: Enrolled, requirement: Requirement, now: number): Standing {
  if (requirement.level === 'optional' || hasCounting(account, requirement)) return { outcome: 'met' };
  // SECURITY: F3, a clock that went back must not prolong the time.
  const until = Math.min(account.graceStartedAt ?? now, now) + requirement.graceDays * daySeconds;
  return until > now ? { outcome: 'grace', until } : { outcome: 'overdue' };
}

/** The kinds that a code must be of: only where somebody has one that counts, so that nobody is shut out of adding it. */
export function countingKinds(account: Enrolled, requirement: Requirement): readonly FactorKind[] | null {
  if (requirement.level === 'optional' || requirement.kinds.length === factorKinds.length) return null;
  return hasCounting(account, requirement) ? requirement.kinds : null;
}

function hasCounting({ factors }: Enrolled, { kinds }: Requirement): boolean {
  return factors.some(({ kind, status }) => status === 'active' && kinds.includes(kind));
}
