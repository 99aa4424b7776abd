import type { Call } from './call.ts';
import { activateFactor } from './calls/activate-factor.ts';
import { resetAccount, unlockAccount } from './calls/administer-account.ts';
import { confirmRecovery } from './calls/confirm-recovery.ts';
import { enrollFactor } from './calls/enroll-factor.ts';
import { beginRecovery, getRecovery } from './calls/follow-recovery.ts';
import { eraseAccount, eraseUnenrolledAccount } from './calls/erase-account.ts';
import { exportAccount } from './calls/export-account.ts';
import { getAccount } from './calls/get-account.ts';
import { listAccountEvents, listEvents } from './calls/list-events.ts';
import { openChallenge } from './calls/open-challenge.ts';
import { getLiveness, getMetrics, getReadiness } from './calls/operations.ts';
import { redeemProof } from './calls/redeem-proof.ts';
import { regenerateBackupCodes } from './calls/regenerate-backup-codes.ts';
import {
  dryRunRequirements,
  getRequirements,
  setAccountRequirement,
  setRequirements,
} from './calls/requirements.ts';
import { renameFactor } from './calls/rename-factor.ts';
import { resendCode } from './calls/resend-code.ts';
import { resyncFactor } from './calls/resync-factor.ts';
import { revokeFactor } from './calls/revoke-factor.ts';
import { setContacts } from './calls/set-contacts.ts';
import { cancelRecovery, freezeRecovery, unfreezeRecovery } from './calls/stop-recovery.ts';
import { listTrustedBrowsers, revokeTrustedBrowsers, tellPasswordChanged } from './calls/trusted-browsers.ts';
import { verifyCode } from './calls/verify-code.ts';

/** Every call but that for the document, which is made of these. The order is that of the document. */
export const calls: readonly Call[] = [
  getAccount,
  enrollFactor,
  activateFactor,
  resendCode,
  renameFactor,
  revokeFactor,
  resyncFactor,
  openChallenge,
  verifyCode,
  redeemProof,
  regenerateBackupCodes,
  listTrustedBrowsers,
  revokeTrustedBrowsers,
  tellPasswordChanged,
  setContacts,
  beginRecovery,
  getRecovery,
  confirmRecovery,
  cancelRecovery,
  freezeRecovery,
  unfreezeRecovery,
  unlockAccount,
  resetAccount,
  setAccountRequirement,
  getRequirements,
  setRequirements,
  dryRunRequirements,
  exportAccount,
  eraseAccount,
  eraseUnenrolledAccount,
  listAccountEvents,
  listEvents,
  getLiveness,
  getReadiness,
  getMetrics,
];
