import { isEnrolled, type Account } from '../account/account.ts';
import { TidelockError } from '../tidelock-error.ts';
import { decided, type Decided, type DecisionContext } from './decision.ts';
import { spendManageProof } from './spend-proof.ts';

export interface RevokeFactorCommand {
  readonly factorId: string;
  readonly proof?: string | undefined;
}

/** What is left: with the last factor the backup codes, tickets and proofs are gone too. */
export interface RevokeOutcome {
  readonly enrolled: boolean;
}

/**
 * Removes a factor and its secret.
 *
 * @throws TidelockError `engine/proof-required`, `engine/factor-unknown`
 */
export function revokeFactor(
  account: Account,
  command: RevokeFactorCommand,
  context: DecisionContext,
): Decided<RevokeOutcome> {
  const { factorId, proof } = command;
  const allowed = spendManageProof(account, proof, context);
  const found = allowed.factors.find(({ id }) => id === factorId);
  if (found === undefined) throw new TidelockError('engine/factor-unknown');
  const left: Account = { ...allowed, factors: allowed.factors.filter((factor) => factor !== found) };
  const enrolled = isEnrolled(left);
  const record = enrolled ? withoutOpenGrants(left) : withoutCredentials(left);
  return decided(record, { enrolled }, { kind: 'factor-revoked', factorId, method: found.kind });
}

/**
 * Nothing that was granted before a change of the factors outlives it. SECURITY: C11, C20: a thief who holds a factor may
 * have taken proofs and tickets by it and begun an enrollment, before the owner revoked it.
 */
export function withoutOpenGrants(account: Account): Account {
  const factors = account.factors.filter(({ status }) => status !== 'pending');
  return { ...account, factors, tickets: [], proofs: [] };
}

/** Nothing that belonged to a factor outlives the last one. */
export function withoutCredentials(account: Account): Account {
  return {
    ...withoutOpenGrants(account),
    backupCodes: null,
    mailedCodes: [],
    recovery: null,
    recoveryFrozenAt: null,
  };
}

/** The end of a recovery: nobody is enrolled, and (C20) whoever was signed in is to sign in anew. */
export function withoutFactors(account: Account, now: number): Account {
  return { ...withoutCredentials(account), factors: [], sessionsEndedAt: now };
}
