export { createTidelock } from './tidelock.ts';
export type { NoticeOptions, Tidelock, TidelockOptions } from './tidelock.ts';
export type { AuditDesk, AuditScope } from './desks/audit-desk.ts';
export type { PruneReport } from './audit/prune-log.ts';
export { verifyLog } from './audit/verify-log.ts';
export type { VerifiedLog, VerifyLogOptions } from './audit/verify-log.ts';
export type { ChainEnd, Finding, LogEnds, LogReport } from './audit/log-report.ts';
export { lineLengthMax } from './audit/audit-file.ts';
export { createCourier } from './courier.ts';
export type { Courier, CourierLogger, CourierOptions } from './courier.ts';
export type { AdministrationDesk } from './desks/administration-desk.ts';
export type { CodeFactors, EnrollOptions, Enrollment } from './desks/code-factors.ts';
export type { ProofOption } from './desks/desk-rooms.ts';
export type { PersonDesk } from './desks/person-desk.ts';
export type { PersonExport } from './desks/person-export.ts';
export type { KeptOfPerson, WaitingMessage } from './decisions/export-account.ts';
export type { EventPage, PageRequest } from './desks/event-page.ts';
export type { AccountView } from './desks/account-view.ts';
export type { ContactsOptions, ManagementDesk } from './desks/management-desk.ts';
export type {
  DryRun,
  RequirementAuthor,
  RequirementDesk,
  RequirementsWish,
  RequirementSubject,
} from './desks/requirement-desk.ts';
export type { TrustDesk } from './desks/trust-desk.ts';
export type {
  ActivateOptions,
  Activation,
  ChallengeOptions,
  RedeemOptions,
  Resynchronisation,
  ResyncOptions,
  Verdict,
  VerificationDesk,
  VerifyOptions,
} from './desks/verification-desk.ts';
export { guardLimiter } from './guard-limiter.ts';
export { limiterSecret } from './limiter-secret.ts';
export { defaultSendBudgets } from './send-budgets.ts';
export type { SendBudgets, SendKind } from './send-budgets.ts';
export { systemTimer } from './platform/system-timer.ts';
export { keyRing, openKeyRing } from './platform/key-ring.ts';
export { errorCodes, TidelockError } from './tidelock-error.ts';
export type { ErrorCode, TidelockErrorOptions } from './tidelock-error.ts';
export { createPolicy, defaultPolicy } from './policy.ts';
export { profileNames } from './profile.ts';
export type { ProfileName } from './profile.ts';
export type { BackupCodeFormat, ConfirmByMail, Policy } from './policy.ts';
export { scopes } from './directory.ts';
export type { ApiKeyView, Caller, Directory, NewApiKey, Scope } from './directory.ts';
export {
  compareStoreKeys,
  countSealed,
  initialiseStore,
  isStoreInitialised,
  rotateStoreKeys,
} from './store-setup.ts';
export { copyStore } from './copy/copy-store.ts';
export type { CopyOptions, CopyProgress, StoreCopy } from './copy/copy-store.ts';
export type { CopyStage } from './copy/copy-mark.ts';
export type { Difference } from './copy/differences.ts';
export { restoreStore } from './restore-store.ts';
export type { RestoredStore, RestoreOptions } from './restore-store.ts';
export type { CountedKind, KeyCensus, KeyFault, SealedCounts } from './key-census.ts';
export type { KeyRotation, RotationOptions, RotationProgress } from './key-rotation.ts';
export type { EmptyStore, KeyStanding, StoreKeys } from './store-identity.ts';
export { auditEventKinds } from './account/audit-event.ts';
export type { AuditEvent, AuditEventKind } from './account/audit-event.ts';
export {
  accountIdLengthMax,
  keyOf,
  normaliseAccount,
  normaliseLabel,
  normaliseTenant,
  normaliseText,
} from './account/account-id.ts';
export type { AccountId } from './account/account-id.ts';
export type { AccountStatus } from './account/account.ts';
export { contactsMax, normaliseLocale, trustedContactsMax } from './account/contacts.ts';
export { normaliseEmail } from './account/email-address.ts';
export type { FactorKind, FactorStatus, FactorView } from './account/factor.ts';
export { noticeKinds } from './account/notice.ts';
export type { Notice, NoticeKind } from './account/notice.ts';
export type { RecoveryBegun } from './decisions/recovery/begin-recovery.ts';
export type { RecoveryConfirmed } from './decisions/recovery/confirm-recovery.ts';
export type {
  DueRecoveryView,
  RecoveryProofsView,
  RecoveryView,
} from './decisions/recovery/recovery-view.ts';
export type {
  BeginRecoveryOptions,
  ConfirmRecoveryOptions,
  RecoveryCancellation,
  RecoveryConfirmation,
  RecoveryDesk,
  StopRecoveryOptions,
} from './desks/recovery-desk.ts';
export type { Requirement, Requirements, RequirementWish } from './account/requirement.ts';
export type { TrustedBrowserView } from './account/trusted-browser.ts';
export type { Activated } from './decisions/activate.ts';
export type { Advice, Locked, Rejected, RejectionReason } from './decisions/attempt.ts';
export type { ChallengeMethod, ChallengeOutcome } from './decisions/challenge.ts';
export { notMePath } from './account/not-me-link.ts';
export { normalisePublicUrl } from './platform/public-url.ts';
export type { SentCode } from './decisions/mail-code.ts';
export type { RedeemOutcome } from './decisions/redeem-proof.ts';
export type { NewBackupCodes } from './decisions/regenerate-backup-codes.ts';
export type { Resynchronised } from './decisions/resync.ts';
export type { RevokeOutcome } from './decisions/revoke-factor.ts';
export type { ContactsView } from './decisions/set-contacts.ts';
export type { TrustRevocation } from './decisions/revoke-trusted-browsers.ts';
export type { AdministratorCommand } from './decisions/unlock.ts';
export type { Accepted, Method } from './decisions/issue-proof.ts';
export type {
  AccountChange,
  AccountQuery,
  AccountStore,
  AccountSummary,
  CommitResult,
  EventQuery,
  ListQuery,
  MessageResult,
  OutgoingMessage,
  Page,
  StoredAccount,
  StoredEvent,
} from './ports/account-store.ts';
export { compareCodePoints } from './account/code-point-order.ts';
export { partitionOf } from './ports/partition-of.ts';
export { assertPageLimit, pageLimitMax } from './ports/page-limit.ts';
export type { Channel, Delivery, DeliveryResult } from './ports/channel.ts';
export type { Clock } from './ports/clock.ts';
export type { KeyRing, MasterKey, UnwrapKey } from './ports/key-ring.ts';
export type { Budget, RateLimiter, Spending } from './ports/rate-limiter.ts';
export type { Random } from './ports/random.ts';
export type { Timer } from './ports/timer.ts';
