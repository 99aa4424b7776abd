import type { AuditEvent, AuditEventKind, FactorView } from '@tidelock/engine';
import { plural } from './time-words.ts';

/** One thing that happened to an account, as its owner reads it. */
export interface Activity {
  readonly at: number;
  readonly text: string;
  /** Whether the owner should look twice, should it not have been them. */
  readonly isWarning: boolean;
}

type Tell = (
  event: AuditEvent,
  device: string,
) => { readonly text: string; readonly isWarning?: boolean } | null;

/** Every kind of event has its sentence, or null where it says nothing to its owner. */
const sentences: { readonly [Kind in AuditEventKind]: Tell } = {
  'factor-enrolled': (_, device) => ({ text: `Setting up ${device} was begun` }),
  'factor-activated': (_, device) => ({ text: `${capital(device)} was added` }),
  'factor-renamed': (_, device) => ({ text: `A device was renamed to ${device}` }),
  'factor-resynchronised': (_, device) => ({ text: `The clock or counter of ${device} was found again` }),
  'factor-revoked': (_, device) => ({ text: `${capital(device)} was removed`, isWarning: true }),
  'factor-disabled': ({ reason }, device) => ({
    text: `${capital(device)} was switched off ${reason === 'restored' ? 'when a copy of our data was brought back' : 'after too many wrong codes'}`,
    isWarning: true,
  }),
  'secret-unreadable': () => ({ text: 'A code could not be checked, and was refused', isWarning: true }),
  'challenge-opened': () => null,
  'verification-accepted': tellAccepted,
  'verification-rejected': ({ reason }) => ({
    text: rejections[reason ?? ''] ?? 'A code was refused',
    isWarning: true,
  }),
  'attempt-refused-while-locked': () => ({
    text: 'A code was refused unseen during a lock',
    isWarning: true,
  }),
  locked: () => ({ text: 'Too many wrong codes: locked for a while', isWarning: true }),
  unlocked: () => ({ text: 'An administrator ended a lock' }),
  'browser-trusted': () => ({ text: 'A browser was trusted, and is asked for no code for some days' }),
  'trusted-browser-used': () => ({ text: 'Signed in from a trusted browser, without a code' }),
  'trusted-browsers-revoked': () => ({ text: 'No browser is trusted any longer' }),
  'password-changed': () => ({ text: 'The password was changed', isWarning: true }),
  'proof-redeemed': () => null,
  'proof-refused': () => ({ text: 'A change without a fresh code was refused', isWarning: true }),
  'backup-codes-generated': ({ codesLeft = 0 }) => ({
    text: `${plural(codesLeft, 'new backup code')} were made`,
  }),
  'reset-begun': () => ({
    text: 'An administrator began to switch two-factor authentication off',
    isWarning: true,
  }),
  'reset-cancelled': () => ({ text: 'The switching-off was cancelled' }),
  'reset-completed': () => ({
    text: 'An administrator switched two-factor authentication off',
    isWarning: true,
  }),
  'recovery-begun': () => ({
    text: 'Switching two-factor authentication off was begun, without a code',
    isWarning: true,
  }),
  'recovery-proved': ({ method }) => ({
    text: `${proofs[method ?? ''] ?? 'A proof'} for the switching-off was accepted`,
    isWarning: true,
  }),
  'recovery-waiting': () => ({ text: 'The waiting time before the switching-off began', isWarning: true }),
  'recovery-cancelled': () => ({ text: 'The switching-off was cancelled' }),
  'recovery-frozen': () => ({
    text: 'The switching-off was stopped: somebody said that it was not them',
    isWarning: true,
  }),
  'recovery-unfrozen': () => ({
    text: 'Two-factor authentication can be switched off again',
    isWarning: true,
  }),
  'recovery-completed': () => ({ text: 'Two-factor authentication was switched off', isWarning: true }),
  'contacts-changed': () => ({ text: 'The e-mail addresses for notices were changed' }),
  'enrollment-due': () => ({ text: 'Two-factor authentication became required; time to set it up began' }),
  'enrollment-overdue': () => ({
    text: 'A sign-in was refused: two-factor authentication must be set up first',
    isWarning: true,
  }),
  'requirement-changed': () => ({ text: 'An administrator changed whether a second factor is required' }),
  'requirements-changed': () => null,
  'account-exported': () => ({ text: 'All that is kept here about this account was read out' }),
  'account-erased': () => ({ text: 'All that was kept here about this account was erased', isWarning: true }),
  'change-refused': () => ({ text: 'A change without a fresh code was refused', isWarning: true }),
  'code-sent': () => ({ text: 'A code was sent by e-mail' }),
  'log-pruned': () => null,
  'store-initialised': () => null,
  'store-restored': () => null,
  'account-restored': () => ({
    text: 'A copy of our data was brought back: backup codes, open sign-ins and trusted browsers have ended',
    isWarning: true,
  }),
  'key-rotation-begun': () => null,
  'key-rotation-ended': () => null,
  'tenant-created': () => null,
  'api-key-created': () => null,
  'api-key-revoked': () => null,
  erased: () => null,
};

const proofs: { readonly [method: string]: string } = {
  email: 'A mailed code',
  password: 'A new password',
  administrator: 'The word of an administrator',
  contact: 'The code of a trusted contact',
};

const rejections: { readonly [reason: string]: string } = {
  wrong: 'A wrong code was refused',
  replayed: 'A code that had been used before was refused',
  'clock-off': 'A code from a device whose clock is off was refused',
  malformed: 'Something that is no code was refused',
  'ticket-unknown': 'A code that came too late was refused',
  'no-such-factor': 'Codes for a device that is not there were refused',
  'wrong-mailed-code': 'A wrong code, in place of a mailed one, was refused',
  'malformed-mailed-code': 'Something that is no mailed code was refused',
  'no-mailed-code': 'A mailed code that had run out was refused',
  'no-recovery': 'A mailed code was refused, since nothing was being switched off',
  'no-such-enrollment': 'A code for a setup that had run out was refused',
};

/** The log of one account in plain words, newest first. */
export function tellActivity(
  events: readonly AuditEvent[],
  factors: readonly FactorView[],
): readonly Activity[] {
  return events.flatMap((event) => {
    const label = factors.find(({ id }) => id === event.factorId)?.label;
    // An event of a newer version, which this one has no sentence for, is left out.
    const tell: Tell | undefined = sentences[event.kind];
    const told = tell?.(event, label === undefined ? 'a device' : `“${label}”`);
    return told === undefined || told === null
      ? []
      : [{ at: event.at, text: told.text, isWarning: told.isWarning === true }];
  });
}

function tellAccepted(
  { method, purpose, codesLeft = 0 }: AuditEvent,
  device: string,
): { readonly text: string } {
  const what =
    purpose === 'login'
      ? 'Signed in'
      : purpose === 'manage'
        ? 'A change was confirmed'
        : 'A code was accepted';
  if (method === 'backupCode') return { text: `${what} with a backup code; ${codesLeft} left` };
  return { text: `${what} with a code of ${device}` };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
