/**
 * Every kind of act that is logged, with the name that the OWASP Logging Vocabulary has for it where it has one
 * (LOG-09). A kind is never renamed: logs outlive code.
 */
export const auditEventKinds = {
  'factor-enrolled': 'authn_token_created',
  'factor-activated': 'authn_token_created',
  'factor-renamed': null,
  'factor-resynchronised': null,
  'factor-revoked': 'authn_token_revoked',
  'factor-disabled': 'authn_login_fail_max',
  'secret-unreadable': 'crypt_decrypt_fail',
  'challenge-opened': null,
  'verification-accepted': 'authn_login_success',
  'verification-rejected': 'authn_login_fail',
  'attempt-refused-while-locked': 'authn_login_fail',
  locked: 'authn_login_lock',
  unlocked: null,
  'browser-trusted': 'authn_token_created',
  'trusted-browser-used': 'authn_login_success',
  'trusted-browsers-revoked': 'authn_token_revoked',
  'password-changed': 'authn_password_change',
  'proof-redeemed': null,
  'proof-refused': 'authn_token_reuse',
  'backup-codes-generated': 'authn_token_created',
  'reset-begun': 'authn_token_reset',
  'reset-cancelled': null,
  'reset-completed': 'authn_token_revoked',
  'recovery-begun': 'authn_token_reset',
  'recovery-proved': null,
  'recovery-waiting': null,
  'recovery-cancelled': null,
  'recovery-frozen': 'authn_login_lock',
  'recovery-unfrozen': null,
  'recovery-completed': 'authn_token_revoked',
  'contacts-changed': null,
  'enrollment-due': null,
  'enrollment-overdue': 'authn_login_fail',
  'requirement-changed': null,
  'requirements-changed': null,
  'account-exported': 'sensitive_read',
  'account-erased': 'user_deleted',
  'change-refused': 'authz_fail',
  'code-sent': null,
  'log-pruned': null,
  'store-initialised': null,
  'store-restored': null,
  'account-restored': null,
  'key-rotation-begun': null,
  'key-rotation-ended': null,
  'tenant-created': null,
  'api-key-created': 'authn_token_created',
  'api-key-revoked': 'authn_token_revoked',
  /** What stands in the place of an event whose body was erased; no act makes one. */
  erased: null,
} as const;

/** A key of {@link auditEventKinds}. */
export type AuditEventKind = keyof typeof auditEventKinds;

/** What a decision says of an act; account, sequence and time are put to it by `transact`. */
export interface EventDraft {
  readonly kind: AuditEventKind;
  readonly factorId?: string;
  /** Which kind of code or credential it was about. */
  readonly method?: string;
  /** Why, in one word of a fixed list, such as `wrong`, `replayed` or `malformed`. */
  readonly reason?: string;
  /** Who did it, where it was not the owner of the account. */
  readonly actor?: string;
  /** What the actor gave as the reason, free text. */
  readonly note?: string;
  readonly purpose?: string;
  /** How many failures the account had after this act. */
  readonly failures?: number;
  /** How many backup codes the account had left after this act. */
  readonly codesLeft?: number;
  /** A lock's end, or the end of a waiting time, seconds since the epoch. */
  readonly until?: number;
}

/** One line of the audit log. It holds no secret, no code, no ticket and no proof. */
export interface AuditEvent extends EventDraft {
  readonly tenant: string;
  readonly account: string;
  /** 1 for an account's first event; no gap and no repetition afterwards. */
  readonly sequence: number;
  /** Seconds since the epoch, to the millisecond. */
  readonly at: number;
  /** Random; with it the body cannot be found again from its hash. */
  readonly salt: string;
  /** SHA-256 of the body: of all that stands here but tenant, account, sequence, link and this. */
  readonly bodyHash: string;
  /** Ties this event to the one before it: `audit-chain.ts`. */
  readonly link: string;
}

/** What is left of an event when its account is erased: its place and its hashes, which the rest of the chain stands on. */
export function tombstoneOf(event: AuditEvent, erasedAt: number): AuditEvent {
  const { tenant, account, sequence, bodyHash, link } = event;
  return { tenant, account, sequence, at: erasedAt, kind: 'erased', salt: '', bodyHash, link };
}
