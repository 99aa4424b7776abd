import type { AuditEventKind, EventDraft } from './audit-event.ts';
import { checkPurpose } from './ticket.ts';

/** What an owner is told of. A kind is never renamed: it waits in outboxes, and texts are written for it. */
export const noticeKinds = [
  'factor-activated',
  'factor-revoked',
  'factor-disabled',
  'backup-code-used',
  'backup-codes-low',
  'backup-codes-generated',
  'wrong-code',
  'locked',
  'unlocked',
  'reset-begun',
  'reset-cancelled',
  'reset-completed',
  'recovery-begun',
  'recovery-proved',
  'recovery-waiting',
  'recovery-cancelled',
  'recovery-frozen',
  'recovery-unfrozen',
  'recovery-completed',
  'recovery-code',
  'recovery-last-code',
  'contact-code',
  'contacts-changed',
  'account-erased',
  'account-restored',
  'activation-code',
] as const;

/** One of {@link noticeKinds}. */
export type NoticeKind = (typeof noticeKinds)[number];

/** One thing that happened, as its owner is told of it. It holds no secret, no code, no ticket and no proof. */
export interface Notice {
  readonly kind: NoticeKind;
  /** When it happened, seconds since the epoch. */
  readonly at: number;
  /** The name of the device that it is about. */
  readonly label?: string;
  /** Who did it, and the reason that they gave: an administrator's act. */
  readonly actor?: string;
  readonly note?: string;
  readonly codesLeft?: number;
  /** A lock's end, or the end of a waiting time, seconds since the epoch. */
  readonly until?: number;
}

/** How owners are told of what happens to their accounts. */
export interface NoticeSettings {
  /** The channel for which messages are written, such as `email`. */
  readonly channel: string;
  /** The language where an account has none of its own. */
  readonly locale: string;
  /** Where people reach the pages, for links in messages; null where there are none. */
  readonly publicUrl: string | null;
}

/** Whether a notice is of a recovery that can still be stopped: it has the link that does. */
export function stopsRecovery(kind: NoticeKind): boolean {
  return ['recovery-begun', 'recovery-proved', 'recovery-waiting', 'reset-begun'].includes(kind);
}

/** Whether a notice is about a recovery: addresses that were taken off a short while ago hear of it, too. */
export function isAboutRecovery(kind: NoticeKind): boolean {
  return /^(?:recovery|reset)-/.test(kind);
}

/** When the owner was last told of what somebody else can repeat at will, seconds since the epoch; 0 for never. */
export interface LastNoticed {
  readonly wrongCodeAt: number;
  readonly lockedAt: number;
}

export const neverNoticed: LastNoticed = Object.freeze({ wrongCodeAt: 0, lockedAt: 0 });

/** With so many backup codes left, the owner is told to make new ones. */
const lowBackupCodes = 3;

/** Which act makes which notice (LIFE-04, LIFE-10, LOG-08); null for what an owner need not hear of at once. */
const noticeOfEvent: { readonly [kind in AuditEventKind]: NoticeKind | null } = {
  // Begun, and not yet bound: the activation is told of.
  'factor-enrolled': null,
  'factor-activated': 'factor-activated',
  'factor-renamed': null,
  'factor-resynchronised': null,
  'browser-trusted': null,
  'trusted-browser-used': null,
  'trusted-browsers-revoked': null,
  'password-changed': null,
  'factor-revoked': 'factor-revoked',
  'factor-disabled': 'factor-disabled',
  'secret-unreadable': null,
  'challenge-opened': null,
  'verification-accepted': 'backup-code-used',
  'verification-rejected': 'wrong-code',
  'attempt-refused-while-locked': null,
  locked: 'locked',
  unlocked: 'unlocked',
  'proof-redeemed': null,
  'proof-refused': null,
  'backup-codes-generated': 'backup-codes-generated',
  'reset-begun': 'reset-begun',
  'reset-cancelled': 'reset-cancelled',
  'reset-completed': 'reset-completed',
  'recovery-begun': 'recovery-begun',
  'recovery-proved': 'recovery-proved',
  'recovery-waiting': 'recovery-waiting',
  'recovery-cancelled': 'recovery-cancelled',
  'recovery-frozen': 'recovery-frozen',
  'recovery-unfrozen': 'recovery-unfrozen',
  'recovery-completed': 'recovery-completed',
  'contacts-changed': 'contacts-changed',
  'enrollment-due': null,
  'enrollment-overdue': null,
  'requirement-changed': null,
  'requirements-changed': null,
  // The application shows a person their own export, and refuses changes to their face.
  'account-exported': null,
  'change-refused': null,
  'account-erased': 'account-erased',
  // The code itself is the message.
  'code-sent': null,
  'log-pruned': null,
  'store-initialised': null,
  'store-restored': null,
  'account-restored': 'account-restored',
  'key-rotation-begun': null,
  'key-rotation-ended': null,
  'tenant-created': null,
  'api-key-created': null,
  'api-key-revoked': null,
  erased: null,
};

/** The notice that one act makes among those of the same decision; null for none. */
export function noticeKindOf(event: EventDraft, together: readonly EventDraft[]): NoticeKind | null {
  const kind = noticeOfEvent[event.kind];
  const has = (other: AuditEventKind): boolean => together.some((draft) => draft.kind === other);
  if (kind === 'backup-code-used') {
    if (event.method !== 'backupCode') return null;
    return (event.codesLeft ?? 0) <= lowBackupCodes ? 'backup-codes-low' : kind;
  }
  // One message says all that bringing a backup back has ended.
  if (kind === 'factor-disabled' && has('account-restored')) return null;
  // The last proof begins the waiting time, and one message says both.
  if (kind === 'recovery-proved' && has('recovery-waiting')) return null;
  if (kind === 'wrong-code') return isPastFirstFactor(event) && !has('locked') ? kind : null;
  // The first backup codes come with the first device, whose notice says so.
  return kind === 'backup-codes-generated' && has('factor-activated') ? null : kind;
}

/** "Right password, wrong code" (LOG-08): applications open tickets for whoever has passed the first factor. */
function isPastFirstFactor({ reason, purpose }: EventDraft): boolean {
  const isWrong = reason === 'wrong' || reason === 'replayed' || reason === 'wrong-mailed-code';
  return purpose !== undefined && purpose !== checkPurpose && isWrong;
}

/**
 * What the owner was told of by now, with one notice more; null where it is too soon for this kind. SECURITY: E1, whoever has
 * a password can lock an account again and again, and must not be able to flood its owner (`tell-owner.test.ts`).
 */
export function noteNotice(
  last: LastNoticed,
  kind: NoticeKind,
  { now, noticePauseSeconds }: { readonly now: number; readonly noticePauseSeconds: number },
): LastNoticed | null {
  // F3: an instant that a jump of the clock has put far ahead holds nothing back.
  const isDue = (at: number): boolean => Math.abs(now - at) >= noticePauseSeconds;
  if (kind === 'wrong-code') return isDue(last.wrongCodeAt) ? { ...last, wrongCodeAt: now } : null;
  if (kind === 'locked') return isDue(last.lockedAt) ? { ...last, lockedAt: now } : null;
  return last;
}
