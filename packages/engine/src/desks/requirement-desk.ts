import { normaliseAccount } from '../account/account-id.ts';
import {
  normaliseRequirement,
  normaliseRequirements,
  normaliseRoles,
  requirementFor,
  standingOf,
  type Requirement,
  type Requirements,
  type RequirementWish,
  type Standing,
} from '../account/requirement.ts';
import { managePurpose } from '../account/ticket.ts';
import { redeemProof } from '../decisions/redeem-proof.ts';
import { setRequirement } from '../decisions/set-requirement.ts';
import type { Directory } from '../directory.ts';
import { TidelockError } from '../tidelock-error.ts';
import type { DeskRooms } from './desk-rooms.ts';
import { checkAdministrator, checkToken } from './option-checks.ts';

/** Who must have a second factor, as it is written. */
export interface RequirementsWish {
  readonly everyone: RequirementWish;
  readonly roles?: { readonly [role: string]: RequirementWish };
}

/**
 * Who changes a requirement: an account of the same tenant, with a proof of a factor that the new requirement itself counts
 * (C23), or an operator, who holds the keys of the store.
 */
export type RequirementAuthor =
  | { readonly account: string; readonly proof: string; readonly reason: string }
  | { readonly operator: string; readonly reason: string };

/** Somebody whom a change would concern. */
export interface RequirementSubject {
  readonly account: string;
  readonly roles?: readonly string[];
}

/** What a requirement would make of these accounts; nothing is changed. */
export interface DryRun {
  readonly checked: number;
  /** Those that could sign in as they do now. */
  readonly met: number;
  /** Those that could sign in, and must enroll by then, seconds since the epoch. */
  readonly inGrace: readonly { readonly account: string; readonly until: number }[];
  /** Those that could get no session before they enroll. */
  readonly lockedOut: readonly string[];
}

/** Who must have a second factor: everyone, those with a role, or one account. */
export interface RequirementDesk {
  /** What holds for this tenant. @throws TidelockError `store/…` */
  requirements(): Promise<Requirements>;
  /** @throws TypeError, RangeError; TidelockError `engine/proof-required` */
  setRequirements(wish: RequirementsWish, author: RequirementAuthor): Promise<Requirements>;
  /** For one account, in the place of what its tenant says; null takes it back. @throws as {@link setRequirements} */
  setRequirement(
    account: string,
    wish: RequirementWish | null,
    author: RequirementAuthor,
  ): Promise<Requirement | null>;
  /**
   * What would become of up to 1,000 accounts, also of such as were never seen here. Without a wish, what holds is looked at.
   *
   * @throws TypeError, RangeError; TidelockError `store/…`
   */
  dryRunRequirements(wish: RequirementsWish | null, subjects: readonly RequirementSubject[]): Promise<DryRun>;
}

export interface RequirementRooms extends DeskRooms {
  readonly tenant: string;
  readonly directory: Directory;
  /** What the profile demands of all. */
  readonly profile: Requirement;
}

const subjectsMax = 1_000;

export function createRequirementDesk({
  office,
  idOf,
  tenant,
  directory,
  profile,
}: RequirementRooms): RequirementDesk {
  const check = (wish: RequirementsWish): Requirements => {
    const requirements = normaliseRequirements(wish);
    assertReachable([requirements.everyone, ...Object.values(requirements.roles)], profile);
    return requirements;
  };

  /** SECURITY: C23, whoever demands a factor of others has shown one of their own, now, that would count. */
  const prove = async (author: RequirementAuthor, demanded: Requirement) => {
    if ('operator' in author) return checkAdministrator({ actor: author.operator, reason: author.reason });
    const { actor, reason } = checkAdministrator({ actor: author.account, reason: author.reason });
    const command = { proof: checkToken(author.proof, 'proof'), purpose: managePurpose, actHash: null };
    const proved = await office.decide(await idOf(author.account), command, redeemProof);
    const kinds: readonly string[] = demanded.kinds;
    if (proved.outcome !== 'accepted' || !kinds.includes(proved.method))
      throw new TidelockError('engine/proof-required', {
        detail: 'Who changes a requirement proves a factor of their own, of a kind that it counts.',
      });
    return { actor, reason };
  };

  return {
    requirements: () => directory.requirementsOf(tenant),
    async setRequirements(wish, author) {
      const requirements = check(wish);
      const by = await prove(author, strictestOf(requirements, profile));
      return directory.setRequirements(tenant, requirements, by);
    },
    async setRequirement(account, wish, author) {
      const requirement = wish === null ? null : normaliseRequirement(wish);
      if (requirement !== null) assertReachable([requirement], profile);
      assertOther(author, account);
      const by = await prove(author, requirement ?? profile);
      return office.decide(await idOf(account), { requirement, ...by }, setRequirement);
    },
    async dryRunRequirements(wish, subjects) {
      if (!Array.isArray(subjects) || subjects.length > subjectsMax)
        throw new RangeError(`A dry run looks at up to ${subjectsMax} accounts at once.`);
      const requirements = wish === null ? await directory.requirementsOf(tenant) : check(wish);
      const standings = await Promise.all(
        (subjects as readonly RequirementSubject[]).map(async ({ account, roles = [] }) => {
          const wanted = normaliseRoles(roles);
          const standing = await office.read(await idOf(account), (record, { now }) =>
            standingOf(
              record,
              requirementFor(requirements, wanted, { own: record.requirement, profile }),
              now,
            ),
          );
          return { account: normaliseAccount(account), standing };
        }),
      );
      return sumUp(standings);
    },
  };
}

function sumUp(standings: readonly { readonly account: string; readonly standing: Standing }[]): DryRun {
  const inGrace: { account: string; until: number }[] = [];
  const lockedOut: string[] = [];
  for (const { account, standing } of standings) {
    if (standing.outcome === 'grace') inGrace.push({ account, until: standing.until });
    if (standing.outcome === 'overdue') lockedOut.push(account);
  }
  const met = standings.length - inGrace.length - lockedOut.length;
  return { checked: standings.length, met, inGrace, lockedOut };
}

function assertReachable(requirements: readonly Requirement[], profile: Requirement): void {
  const unreachable = requirements.some(
    ({ level, kinds }) =>
      level === 'required' &&
      profile.level === 'required' &&
      !kinds.some((kind) => profile.kinds.includes(kind)),
  );
  if (unreachable)
    throw new RangeError('A requirement counts no kind that the profile counts: nobody could sign in.');
}

/** SECURITY: C23, nobody excepts themselves. */
function assertOther(author: RequirementAuthor, account: string): void {
  if ('account' in author && normaliseAccount(author.account) === normaliseAccount(account))
    throw new TidelockError('engine/actor-is-owner');
}

/** What somebody with every role must meet. */
function strictestOf(requirements: Requirements, profile: Requirement): Requirement {
  return requirementFor(requirements, Object.keys(requirements.roles), { own: null, profile });
}
