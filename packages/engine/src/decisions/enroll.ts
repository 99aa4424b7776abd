import { KeyUri, Secret } from '@tidelock/otp';
import type { Account } from '../account/account.ts';
import { noDrift } from '../account/drift.ts';
import type { Factor, FactorView, FactorKind } from '../account/factor.ts';
import { viewFactor } from '../account/factor.ts';
import { TidelockError } from '../tidelock-error.ts';
import { decided, newToken, type Decided, type DecisionContext } from './decision.ts';
import { takeOpening } from './opening.ts';
import { spendManageProof } from './spend-proof.ts';

export interface EnrollCommand {
  readonly kind: FactorKind;
  readonly label: string;
  /** What the authenticator app shows beside the issuer. */
  readonly accountName: string;
  readonly proof?: string | undefined;
}

/** The only answer that ever holds the secret (rule 4). */
export interface EnrollOutcome {
  readonly factor: FactorView;
  /** Base32, 32 characters by default. */
  readonly secret: string;
  /** `otpauth://…`, which a QR code shows. */
  readonly uri: string;
}

/**
 * Makes a pending factor with a new secret. It never touches another that is active (rule 6).
 *
 * @throws TidelockError `engine/proof-required`, `engine/too-many-factors`, `engine/rate-limited`
 */
export function enroll(
  account: Account,
  command: EnrollCommand,
  context: DecisionContext,
): Decided<EnrollOutcome> {
  const { id, issuer, now, platform, policy, vault } = context;
  const allowed = makeRoom(
    takeOpening(spendManageProof(account, command.proof, context), 'enrollmentsFreeAt', context),
    policy.factorsMax,
  );
  const factorId = newToken('fct', context);
  // SECURITY: rule 5, the secret is made here, and nothing of the request goes into it (C14).
  const bytes = platform.random.bytes(policy.secretBytes);
  const secret = Secret.fromBytes(bytes).toBase32();
  const { algorithm, digits, periodSeconds } = policy;
  const common = {
    id: factorId,
    label: command.label,
    status: 'pending',
    createdAt: now,
    activatedAt: null,
    lastUsedAt: null,
    expiresAt: Math.ceil(now) + policy.pendingFactorSeconds,
    proved: allowed.proved,
    failures: 0,
    sealedSecret: vault.seal(bytes, { id, holder: factorId, purpose: 'secret' }),
    algorithm,
    digits,
  } as const;
  const factor: Factor =
    command.kind === 'totp'
      ? { ...common, kind: 'totp', periodSeconds, lastStep: null, drift: noDrift, typedAhead: null }
      : { ...common, kind: 'hotp', counter: '0' };
  const shape = { issuer, accountName: command.accountName, secret, algorithm, digits };
  const uri = new KeyUri(
    factor.kind === 'totp'
      ? { ...shape, type: 'totp', periodSeconds }
      : { ...shape, type: 'hotp', counter: 0 },
  );
  const record: Account = { ...allowed.account, factors: [...allowed.account.factors, factor] };
  const event = { kind: 'factor-enrolled', factorId, method: factor.kind } as const;
  return decided(record, { factor: viewFactor(factor), secret, uri: uri.toString() }, event);
}

/** Room for one more: the oldest enrollment that nobody finished gives way, an active factor never does. */
function makeRoom(account: Account, most: number) {
  const proved = account.factors.some(({ status }) => status !== 'pending');
  if (account.factors.length < most) return { account, proved };
  const oldest = account.factors.find(({ status }) => status === 'pending');
  if (oldest === undefined)
    throw new TidelockError('engine/too-many-factors', { detail: `It allows ${most}: revoke one first.` });
  return { account: { ...account, factors: account.factors.filter((factor) => factor !== oldest) }, proved };
}
