import type { Account } from '../account/account.ts';
import type { Requirement } from '../account/requirement.ts';
import { decided, type Decided } from './decision.ts';
import type { AdministratorCommand } from './unlock.ts';

export interface SetRequirementCommand extends AdministratorCommand {
  /** Null where the tenant's rule is to hold again. */
  readonly requirement: Requirement | null;
}

/** Says whether this one account must have a second factor. Time to enroll that has begun to run goes on as it was. */
export function setRequirement(
  account: Account,
  { requirement, actor, reason }: SetRequirementCommand,
): Decided<Requirement | null> {
  const level = requirement?.level ?? 'as-tenant';
  return decided({ ...account, requirement }, requirement, {
    kind: 'requirement-changed',
    reason: level,
    actor,
    note: reason,
  });
}
