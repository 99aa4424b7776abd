import { KeyUri, Secret } from '@tidelock/otp';
import type { Account } from '../account/account.ts';
import { noDrift } from '../account/drift.ts';
import type { Factor, FactorView, FactorKind } from '../account/factor.ts';
import { viewFactor } from '../account/factor.ts';
import { TidelockError } from '../tidelock-error.ts';
import { decided, newToken, type Decided, type DecisionContext } from './decision.ts';
import { canMail, mailCode, type MailCodeOrder, type SentCode } from './mail-code.ts';
import { takeOpening } from './opening.ts';
import { spendManageProof } from './spend-proof.ts';

export interface EnrollCommand {
  readonly kind: FactorKind;
  readonly label: string;
  /** What the authenticator app shows beside the issuer. */
  readonly accountName: string;
  /** The factor that the new one takes the place of, once it is active. */
  readonly replaces?: string | undefined;
  readonly proof?: string | undefined;
}

/** The only answer that ever holds the secret (rule 4). */
export interface EnrollOutcome {
  readonly factor: FactorView;
  /** Base32, 32 characters by default. */
  readonly secret: string;
  /** `otpauth://…`, which a QR code shows. */
  readonly uri: string;
  /** Where a code was mailed that the activation asks for besides one of the device; left out where none was. */
  readonly emailCode?: SentCode;
}

/**
 * Makes a pending factor with a new secret. It never touches another that is active (rule 6): one that it replaces works
 * until the new one is proved, and is dead with the same commit (S25, C13).
 *
 * @throws TidelockError `engine/proof-required`, `engine/factor-unknown`, `engine/too-many-factors`, `engine/rate-limited`, `vault/…`
 */
export function enroll(
  account: Account,
  command: EnrollCommand,
  context: DecisionContext,
): Decided<EnrollOutcome> {
  const { policy } = context;
  const { replaces = null } = command;
  const permitted = takeOpening(
    spendManageProof(account, command.proof, context),
    'enrollmentsFreeAt',
    context,
  );
  if (
    replaces !== null &&
    !permitted.factors.some(({ id, status }) => id === replaces && status !== 'pending')
  )
    throw new TidelockError('engine/factor-unknown');
  // While it is pending, one that takes another's place stands beside it.
  const allowed = makeRoom(permitted, policy.factorsMax + (replaces === null ? 0 : 1));
  const confirmedByMail = asksForMail(allowed.account, { replaces, proved: allowed.proved }, context);
  const { factor, secret, uri } = makeFactor(
    command,
    { replaces, confirmedByMail, proved: allowed.proved },
    context,
  );
  const record: Account = { ...allowed.account, factors: [...allowed.account.factors, factor] };
  const event = {
    kind: 'factor-enrolled',
    factorId: factor.id,
    method: factor.kind,
    // The log says where a replacement rests on the proof alone.
    ...(replaces !== null && !confirmedByMail ? { reason: 'not-confirmed-by-mail' } : {}),
  } as const;
  const outcome: EnrollOutcome = { factor: viewFactor(factor), secret, uri };
  if (!confirmedByMail) return decided(record, outcome, event);
  const mailed = mailCode(record, orderFor(factor), context);
  return {
    kind: 'decided',
    record: mailed.account,
    outcome: { ...outcome, emailCode: mailed.sent },
    events: [event, mailed.event],
    messages: mailed.messages,
  };
}

/** The code that confirms a pending factor. */
export function orderFor({ id, label }: Factor): MailCodeOrder {
  return { purpose: 'activate', subject: id, factorId: id, label };
}

/** Whether a mailed code has to confirm it, as the policy says; the first factor of an account never is. */
function asksForMail(
  account: Account,
  { replaces, proved }: Pick<Factor, 'replaces' | 'proved'>,
  context: DecisionContext,
): boolean {
  const { confirmByMail } = context.policy;
  const isWanted =
    confirmByMail === 'additions' ? proved : confirmByMail === 'replacements' && replaces !== null;
  return isWanted && canMail(account, context);
}

function makeFactor(
  { kind, label, accountName }: EnrollCommand,
  shape: Pick<Factor, 'replaces' | 'confirmedByMail' | 'proved'>,
  context: DecisionContext,
) {
  const { id, issuer, now, platform, policy, vault } = context;
  const factorId = newToken('fct', context);
  // SECURITY: rule 5, the secret is made here, and nothing of the request goes into it (C14).
  const bytes = platform.random.bytes(policy.secretBytes);
  const secret = Secret.fromBytes(bytes).toBase32();
  const { algorithm, digits, periodSeconds } = policy;
  const common = {
    id: factorId,
    label,
    status: 'pending',
    createdAt: now,
    activatedAt: null,
    lastUsedAt: null,
    expiresAt: Math.ceil(now) + policy.pendingFactorSeconds,
    ...shape,
    failures: 0,
    sealedSecret: vault.seal(bytes, { id, holder: factorId, purpose: 'secret' }),
    algorithm,
    digits,
  } as const;
  const factor: Factor =
    kind === 'totp'
      ? { ...common, kind, periodSeconds, lastStep: null, drift: noDrift, typedAhead: null }
      : { ...common, kind, counter: '0' };
  const key = { issuer, accountName, secret, algorithm, digits };
  const uri = new KeyUri(
    kind === 'totp' ? { ...key, type: kind, periodSeconds } : { ...key, type: kind, counter: 0 },
  );
  return { factor, secret, uri: uri.toString() };
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
