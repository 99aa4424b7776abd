import type { Tidelock } from '../../tidelock.ts';
import type { CallName, Calls, Demand } from './act.ts';

type Performer<Name extends CallName> = (
  tidelock: Tidelock,
  account: string,
  request: Calls[Name]['request'],
) => Promise<Calls[Name]['value']>;

const administrator = { actor: 'admin', reason: 'asked by telephone' } as const;

const performers: { readonly [Name in CallName]: Performer<Name> } = {
  // SECURITY: rule 5, the secret in the request is not a member that the engine knows; it must not become the factor's.
  enroll: (tidelock, account, { kind, ...options }) => tidelock[kind].enroll(account, options),
  activate: (tidelock, account, request) => tidelock.activate(account, request),
  challenge: (tidelock, account, request) => tidelock.challenge(account, request),
  verify: (tidelock, account, request) => tidelock.verify(account, request),
  resync: (tidelock, account, request) => tidelock.resync(account, request),
  redeem: (tidelock, account, request) => tidelock.redeem(account, request),
  regenerate: (tidelock, account, request) => tidelock.regenerateBackupCodes(account, request),
  rename: (tidelock, account, { factorId, ...rest }) => tidelock.renameFactor(account, factorId, rest),
  revoke: (tidelock, account, { factorId, ...rest }) => tidelock.revokeFactor(account, factorId, rest),
  setContacts: (tidelock, account, request) => tidelock.setContacts(account, request),
  revokeTrusted: (tidelock, account) => tidelock.revokeTrustedBrowsers(account),
  passwordChanged: (tidelock, account) => tidelock.passwordChanged(account),
  unlock: (tidelock, account) => tidelock.unlock(account, administrator),
  reset: (tidelock, account) => tidelock.reset(account, administrator),
  completeReset: (tidelock, account) => tidelock.completeReset(account, administrator),
  cancelReset: (tidelock, account, request) => tidelock.cancelReset(account, request),
  account: (tidelock, account) => tidelock.account(account),
  resend: (tidelock, account, { factorId }) => tidelock.resendCode(account, factorId),
  erase: (tidelock, account, request) => tidelock.erase(account, request),
  eraseUnenrolled: (tidelock, account) => tidelock.eraseUnenrolled(account, administrator),
  recovery: (tidelock, account) => tidelock.recovery(account),
  beginRecovery: (tidelock, account, request) => tidelock.beginRecovery(account, request),
  confirmRecovery: (tidelock, account, request) => tidelock.confirmRecovery(account, request),
  cancelByCode: (tidelock, account, request) => tidelock.cancelRecoveryByCode(account, request),
  cancelByLink: (tidelock, account, request) => tidelock.cancelRecovery(account, request),
  vouch: (tidelock, account) => tidelock.vouchForRecovery(account, administrator),
  freeze: (tidelock, account, request) => tidelock.freezeRecovery(account, request),
  unfreeze: (tidelock, account, request) => tidelock.unfreezeRecovery(account, request),
  unfreezeFor: (tidelock, account) => tidelock.unfreezeRecoveryFor(account, administrator),
  setRequirement: (tidelock, account, demand) =>
    tidelock.setRequirement(account, demand.wish, authorOf(demand)),
  setRequirements: (tidelock, _, demand) =>
    tidelock.setRequirements({ everyone: demand.wish }, authorOf(demand)),
};

function authorOf({ author }: Demand<unknown>) {
  if (author === undefined) return { operator: 'operator', reason: 'house rules' };
  const [, account = ''] = author.account.split('/');
  return { account, proof: author.proof, reason: 'house rules' };
}

/** Makes one call of the engine. */
export function perform<Name extends CallName>(
  tidelock: Tidelock,
  account: string,
  call: Name,
  request: Calls[Name]['request'],
): Promise<Calls[Name]['value']> {
  return performers[call](tidelock, account, request);
}
