import type { Notice } from '@tidelock/engine';
import type { NoticeWords } from './notice-words.ts';

const passwordFirst = 'Somebody else may know your password: change it now.';
const device = ({ label }: Notice): string => (label === undefined ? 'A device' : `The device “${label}”`);
const codes = ({ codesLeft = 0 }: Notice): string =>
  codesLeft === 1 ? 'One code is' : `${codesLeft === 0 ? 'No' : codesLeft} codes are`;
const administrator = ({ actor, note }: Notice): string =>
  [actor === undefined ? '' : ` by ${actor}`, note === undefined ? '' : ` (reason given: “${note}”)`].join(
    '',
  );

const witness = (notice: Notice): string =>
  notice.actor === undefined ? '' : `; the last one was given${administrator(notice)}`;

export const english: NoticeWords = {
  locale: 'en',
  when: 'When',
  itWasYou: 'If this was you, there is nothing to do.',
  itWasNotYou: 'If this was not you',
  stop: 'Stop it here',
  code: 'The code',
  help: 'Help is here',
  footer: (issuer) =>
    `${issuer} sends this message when something about your two-factor authentication happens. It never asks you for a code or a password.`,
  kinds: {
    'factor-activated': {
      subject: 'a device was added to your account',
      happened: (notice) => `${device(notice)} now makes codes for your account.`,
      ifNotYou: `${passwordFirst} Then remove the device.`,
    },
    'factor-revoked': {
      subject: 'a device was removed from your account',
      happened: (notice) => `${device(notice)} was removed from your account. Its codes are no longer right.`,
      ifNotYou: passwordFirst,
    },
    'factor-disabled': {
      subject: 'a device was switched off after many wrong codes',
      happened: (notice) =>
        `${device(notice)} was switched off after many wrong codes in a row. Set it up again to use it.`,
      ifNotYou: passwordFirst,
    },
    'backup-code-used': {
      subject: 'a backup code was used',
      happened: (notice) => `A backup code of your account was used. ${codes(notice)} left.`,
      ifNotYou: `${passwordFirst} Then make new backup codes.`,
    },
    'backup-codes-low': {
      subject: 'a backup code was used, and few are left',
      happened: (notice) =>
        `A backup code of your account was used. ${codes(notice)} left: make new ones soon, and keep them in a safe place.`,
      ifNotYou: `${passwordFirst} Then make new backup codes.`,
    },
    'backup-codes-generated': {
      subject: 'new backup codes were made',
      happened: () => 'New backup codes were made for your account. The old ones are no longer right.',
      ifNotYou: `${passwordFirst} Then make new backup codes again.`,
    },
    'wrong-code': {
      subject: 'a sign-in with a wrong code',
      happened: () =>
        'Somebody got past the first step, which is usually your password, and then gave a code that was wrong or had been used before. The sign-in was refused. Of further ones we tell you once an hour at most.',
      ifNotYou: passwordFirst,
    },
    locked: {
      subject: 'codes are refused for a while',
      happened: (notice, tell) =>
        `After several wrong codes, codes are refused until ${tell(notice.until)}. Backup codes work all the same.`,
      ifNotYou: passwordFirst,
    },
    unlocked: {
      subject: 'an administrator ended the lock of your account',
      happened: (notice) =>
        `A lock of your account, after wrong codes, was ended${administrator(notice)}. Codes are taken again.`,
      ifNotYou: 'If you did not ask for it, tell us.',
    },
    'reset-begun': {
      subject: 'your two-factor authentication is to be switched off',
      happened: (notice, tell) =>
        `It was begun to switch your two-factor authentication off${administrator(notice)}. Nothing is removed before ${tell(notice.until)}. Until then you can cancel it, with a code of your device or a backup code.`,
      ifNotYou: 'Sign in, cancel it, and tell us.',
    },
    'reset-cancelled': {
      subject: 'the switching-off of two-factor authentication was cancelled',
      happened: () => 'Your two-factor authentication stays on. Nothing was removed.',
      ifNotYou: passwordFirst,
    },
    'reset-completed': {
      subject: 'your two-factor authentication was switched off',
      happened: (notice) =>
        `All devices and backup codes were removed from your account${administrator(notice)}. Your password alone protects it now: set two-factor authentication up again.`,
      ifNotYou: `${passwordFirst} Then tell us.`,
    },
    'recovery-begun': {
      subject: 'somebody wants to switch your two-factor authentication off',
      happened: () =>
        `Somebody who got past the first step, which is usually your password, says that all devices of your account are lost. Nothing was removed. They need the code of another message to you, and one more proof; then comes a waiting time, of which we tell you.`,
      ifNotYou: `Tell the code to nobody, whoever asks. ${passwordFirst}`,
    },
    'recovery-proved': {
      subject: 'one of two proofs to switch your two-factor authentication off',
      happened: (notice) =>
        `One of the two proofs was accepted that it takes to switch your two-factor authentication off${administrator(notice)}. Nothing was removed.`,
      ifNotYou: `Tell no code to anybody, whoever asks. ${passwordFirst}`,
    },
    'recovery-waiting': {
      subject: 'your two-factor authentication is to be switched off',
      happened: (notice, tell) =>
        `Both proofs were accepted that it takes to switch your two-factor authentication off${witness(notice)}. Nothing is removed before ${tell(notice.until)}. Until then, and until the last code was given, it can be cancelled.`,
      ifYou: 'If this was you, come back then: one more code is sent to you.',
      ifNotYou: `Stop it, or sign in with a code of your device or a backup code and cancel it. ${passwordFirst}`,
    },
    'recovery-cancelled': {
      subject: 'the switching-off of two-factor authentication was cancelled',
      happened: () => 'Your two-factor authentication stays on. Nothing was removed.',
      ifNotYou: passwordFirst,
    },
    'recovery-frozen': {
      subject: 'the switching-off of two-factor authentication was stopped',
      happened: () =>
        'Somebody said that it was not them who wanted to switch your two-factor authentication off. It stays on, whoever was signed in is signed out, and it cannot be begun again before you give a code of your device or a backup code, or we allow it. Your devices and backup codes work as before.',
      ifYou: 'If this was you, change your password now: somebody else may know it.',
      ifNotYou: 'Tell us.',
    },
    'recovery-unfrozen': {
      subject: 'two-factor authentication can be switched off again',
      happened: (notice) =>
        `It was stopped before that somebody switches your two-factor authentication off. That was lifted${administrator(notice)}.`,
      ifNotYou: `${passwordFirst} Then tell us.`,
    },
    'recovery-completed': {
      subject: 'your two-factor authentication was switched off',
      happened: (notice) =>
        `All devices and backup codes were removed from your account${administrator(notice)}. Your password alone protects it now: set two-factor authentication up again.`,
      ifNotYou: `${passwordFirst} Then tell us.`,
    },
    'recovery-code': {
      subject: 'a code to get back into your account',
      happened: (notice, tell) =>
        `Somebody says that all devices of your account are lost. This code is one of two proofs that it takes to switch your two-factor authentication off. It is right until ${tell(notice.until)}.`,
      ifYou: 'If this was you, type the code where you were asked for it. Tell it to nobody.',
      ifNotYou: `Tell the code to nobody, whoever asks. ${passwordFirst}`,
    },
    'recovery-last-code': {
      subject: 'the last code to switch two-factor authentication off',
      happened: (notice, tell) =>
        `The waiting time is over. With this code your two-factor authentication is switched off at once. It is right until ${tell(notice.until)}.`,
      ifYou: 'If this was you, type the code where you were asked for it. Tell it to nobody.',
      ifNotYou: `Tell the code to nobody, whoever asks, and cancel it. ${passwordFirst}`,
    },
    'contact-code': {
      subject: 'somebody who trusts you needs a code from you',
      happened: (notice, tell) =>
        `Somebody${notice.label === undefined ? '' : ` (${notice.label})`} lost the device with which they sign in, and has named you as a person they trust. They need this code from you. It is right until ${tell(notice.until)}.`,
      ifYou:
        'If they asked you for it themselves, face to face or on a call that you made, tell them the code.',
      ifNotYou: 'If nobody asked you in that way, keep the code to yourself, and tell them by another way.',
    },
    'contacts-changed': {
      subject: 'the e-mail addresses for these messages were changed',
      happened: () =>
        'The addresses to which messages like this one go were changed. The old and the new ones get this message.',
      ifNotYou: `${passwordFirst} Then set your addresses right.`,
    },
    'account-erased': {
      subject: 'your two-factor authentication was erased',
      happened: (notice) =>
        `All devices and backup codes, the addresses for these messages and the record of what happened were erased${administrator(notice)}. This is the last message.`,
      ifNotYou: `${passwordFirst} Then tell us.`,
    },
    'account-restored': {
      subject: 'your backup codes are no longer right',
      happened: ({ until }, tell) =>
        `Our data was lost and brought back from a copy. So that nothing that was used before can be used again, all backup codes, open sign-ins and trusted browsers have ended, and devices that make a code when a button is pressed were switched off. Codes of apps count from a few minutes after ${tell(until)}.`,
      ifYou:
        'Sign in with your app, and make new backup codes. Look at your devices: one that you removed lately may be back, and one that you added lately may be missing.',
      ifNotYou: `Tell us. ${passwordFirst}`,
    },
    'activation-code': {
      subject: 'a code to confirm your new device',
      happened: (notice, tell) =>
        `${device(notice)} is to be added to your account. It works once this code was typed, until ${tell(notice.until)}.`,
      ifYou: 'If this was you, type the code where you set the device up. Tell it to nobody.',
      ifNotYou: `Tell the code to nobody, whoever asks. ${passwordFirst}`,
    },
  },
};
