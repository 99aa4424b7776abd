import type { Scope } from '@tidelock/engine';

/** Every call, by the name that is its `operationId`. */
export type CallName =
  | 'getAccount'
  | 'enrollFactor'
  | 'activateFactor'
  | 'resendCode'
  | 'renameFactor'
  | 'revokeFactor'
  | 'resyncFactor'
  | 'openChallenge'
  | 'verifyCode'
  | 'redeemProof'
  | 'regenerateBackupCodes'
  | 'listTrustedBrowsers'
  | 'revokeTrustedBrowsers'
  | 'tellPasswordChanged'
  | 'setContacts'
  | 'getRecovery'
  | 'beginRecovery'
  | 'freezeRecovery'
  | 'unfreezeRecovery'
  | 'confirmRecovery'
  | 'cancelRecovery'
  | 'unlockAccount'
  | 'resetAccount'
  | 'setAccountRequirement'
  | 'getRequirements'
  | 'setRequirements'
  | 'dryRunRequirements'
  | 'exportAccount'
  | 'eraseAccount'
  | 'eraseUnenrolledAccount'
  | 'listAccountEvents'
  | 'listEvents'
  | 'getLiveness'
  | 'getReadiness'
  | 'getMetrics'
  | 'getOpenApi';

/**
 * Which scopes allow which call: any one of them is enough. `null` is for the calls that need no API key, which tell
 * nothing of any account (C6, C12). An operator sees what an operator may change, so `admin` reads, too.
 */
export const callScopes: { readonly [call in CallName]: readonly Scope[] | null } = {
  getAccount: ['read', 'verify', 'manage', 'admin'],
  enrollFactor: ['manage'],
  activateFactor: ['manage'],
  resendCode: ['manage'],
  renameFactor: ['manage'],
  revokeFactor: ['manage'],
  // Asked for at a sign-in, and among a person's devices.
  resyncFactor: ['verify', 'manage'],
  openChallenge: ['verify'],
  verifyCode: ['verify'],
  redeemProof: ['verify'],
  regenerateBackupCodes: ['manage'],
  listTrustedBrowsers: ['read', 'manage', 'admin'],
  // Both let nobody in: they end what was open.
  revokeTrustedBrowsers: ['manage', 'admin'],
  tellPasswordChanged: ['manage'],
  setContacts: ['manage'],
  // Whoever may cancel a recovery may see whether there is one.
  getRecovery: ['read', 'manage', 'admin'],
  beginRecovery: ['manage'],
  // A code is the application's to bring, an administrator's word takes the scope of one: the call looks at it itself.
  confirmRecovery: ['manage', 'admin'],
  freezeRecovery: ['manage'],
  unfreezeRecovery: ['manage', 'admin'],
  cancelRecovery: ['manage'],
  unlockAccount: ['admin'],
  resetAccount: ['admin'],
  setAccountRequirement: ['admin'],
  getRequirements: ['read', 'verify', 'manage', 'admin'],
  setRequirements: ['admin'],
  dryRunRequirements: ['read', 'admin'],
  // Contacts in clear: for the application of that person, and for who answers for it.
  exportAccount: ['manage', 'admin'],
  eraseAccount: ['manage'],
  eraseUnenrolledAccount: ['admin'],
  listAccountEvents: ['read', 'admin'],
  listEvents: ['read', 'admin'],
  getLiveness: null,
  getReadiness: null,
  getMetrics: null,
  getOpenApi: null,
};
