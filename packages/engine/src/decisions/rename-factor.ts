import type { Account } from '../account/account.ts';
import { viewFactor, type FactorView } from '../account/factor.ts';
import { TidelockError } from '../tidelock-error.ts';
import { decided, type Decided, type DecisionContext } from './decision.ts';
import { spendManageProof } from './spend-proof.ts';

export interface RenameFactorCommand {
  readonly factorId: string;
  readonly label: string;
  readonly proof?: string | undefined;
}

/** Gives a factor another name. @throws TidelockError `engine/proof-required`, `engine/factor-unknown` */
export function renameFactor(
  account: Account,
  command: RenameFactorCommand,
  context: DecisionContext,
): Decided<FactorView> {
  const { factorId, label, proof } = command;
  const allowed = spendManageProof(account, proof, context);
  const found = allowed.factors.find(({ id }) => id === factorId);
  if (found === undefined) throw new TidelockError('engine/factor-unknown');
  const renamed = { ...found, label };
  const factors = allowed.factors.map((factor) => (factor === found ? renamed : factor));
  return decided({ ...allowed, factors }, viewFactor(renamed), { kind: 'factor-renamed', factorId });
}
