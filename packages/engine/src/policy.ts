/** Seconds in a minute and an hour, to keep the table below readable. */
const minute = 60;
const hour = 60 * minute;

/** Every number of the engine. Lengths of time are in seconds. */
export interface Policy {
  readonly secretBytes: number;
  readonly algorithm: 'SHA1' | 'SHA256' | 'SHA512';
  readonly digits: number;
  readonly periodSeconds: number;
  readonly window: number;
  readonly lookAhead: number;
  readonly driftStepsMax: number;
  readonly resyncLookAhead: number;
  readonly resyncHours: number;
  readonly failuresBeforeLock: number;
  readonly lockSeconds: number;
  readonly lockSecondsMax: number;
  readonly failuresBeforeDisabled: number;
  readonly backupCodes: number;
  readonly backupCodeFormat: BackupCodeFormat;
  readonly backupCodeMemoryKib: number;
  readonly backupCodePasses: number;
  readonly ticketSeconds: number;
  readonly ticketsMax: number;
  readonly ticketFailuresMax: number;
  readonly proofSeconds: number;
  readonly openingsBurst: number;
  readonly openingSeconds: number;
  readonly pendingFactorSeconds: number;
  readonly factorsMax: number;
  readonly factorsTried: number;
  readonly trustedBrowserDays: number;
  readonly trustedBrowsersMax: number;
  readonly recoveryWaitSeconds: number;
  readonly recoveryLapseSeconds: number;
  readonly formerContactSeconds: number;
  readonly contactChangesBurst: number;
  readonly contactChangeSeconds: number;
  readonly confirmByMail: ConfirmByMail;
  readonly mailedCodeSeconds: number;
  readonly mailedCodeTries: number;
  readonly sendPauseSeconds: number;
  readonly sendsInWindow: number;
  readonly sendWindowSeconds: number;
  readonly sendsADay: number;
  readonly noticePauseSeconds: number;
  readonly noticeSeconds: number;
}

/** `crockford16`: 80 bits, and not guessable; the hex forms of 32 and 40 bits are, and count as guesses. */
export type BackupCodeFormat = 'crockford16' | 'hex8' | 'hex10';

/**
 * Which new devices of an enrolled account are confirmed by a mailed code besides their own: those that take the place of
 * another, all of them (`additions`), or none. Where no contacts are on file, nothing can be mailed, and none is.
 */
export type ConfirmByMail = 'replacements' | 'additions' | 'none';

/** What holds where the application says nothing, each with its source. */
export const defaultPolicy: Policy = Object.freeze({
  secretBytes: 20, // RFC 4226 R6 recommends 160 bits; every authenticator app takes 32 characters
  algorithm: 'SHA1', // RFC 6238 §1.2; several apps silently compute SHA-1 whatever the URI says
  digits: 6, // RFC 4226 R4; what every app honours
  periodSeconds: 30, // RFC 6238 §5.2
  window: 1, // steps either side; RFC 6238 §5.2; 0 is what ASVS 6.5.5 asks for
  lookAhead: 10, // RFC 4226 §7.4: as small as possible
  driftStepsMax: 2, // RFC 6238 §6: how far accepted codes may move a device's window; further only by two codes in a row
  resyncLookAhead: 100, // RFC 4226 §7.4, App. E.4: two consecutive codes over a larger range that is bounded
  resyncHours: 12, // a clock set for the wrong zone or half of the day; two codes fit there by chance in 3 of 10^9 cases
  failuresBeforeLock: 5, // RFC 4226 §7.3 wants a throttle
  lockSeconds: minute, // doubled by each further failure (RFC 4226 §7.3, NIST SP 800-63B-4 §3.2.2)
  lockSecondsMax: hour, // NIST SP 800-63B-4 §3.2.2: 30 s up to an hour
  failuresBeforeDisabled: 100, // NIST SP 800-63B-4 §3.2.2
  backupCodes: 10, // OWASP MFA cheat sheet: several; shown on one page
  backupCodeFormat: 'crockford16', // NIST SP 800-63B-4 §4.2.1.1: at least 64 bits
  backupCodeMemoryKib: 19 * 1024, // OWASP password storage cheat sheet: argon2id m = 19 MiB, t = 2, p = 1
  backupCodePasses: 2,
  ticketSeconds: 10 * minute, // ASVS 6.5.5 for whatever is out of band
  ticketsMax: 20, // the oldest gives way
  ticketFailuresMax: 5, // then the ticket is dead: whoever goes on guessing needs the first factor again
  proofSeconds: 10 * minute, // a fresh proof (ASVS 7.5.1)
  openingsBurst: 20, // challenges begun at once, and as many enrollments
  openingSeconds: 1, // and then one each so many seconds: slow enough for twenty tickets to live, fast enough not to shut the owner out
  pendingFactorSeconds: 15 * minute, // time enough to install an app
  factorsMax: 10,
  factorsTried: 3, // a code that names no factor is tried on the last used; each multiplies the odds of a guess
  trustedBrowserDays: 0, // off: NIST SP 800-63B-4 §5.1, a session secret is no authenticator; 30 where somebody wants it
  trustedBrowsersMax: 10, // the oldest gives way
  recoveryWaitSeconds: 24 * hour, // OWASP MFA cheat sheet: a delay before a reset takes effect
  recoveryLapseSeconds: 72 * hour, // a recovery that is ready and not carried out is forgotten then
  formerContactSeconds: 7 * 24 * hour, // an address that was taken off hears of recoveries so long: the three and one days of one, and a weekend
  contactChangesBurst: 5, // changes of contacts at once, each of which sends mails to old and new addresses (E1)
  contactChangeSeconds: 3 * hour, // and then one each so many seconds, eight a day
  confirmByMail: 'replacements', // whoever moves to a new phone has the mailbox at hand, and a thief of the old one may not
  mailedCodeSeconds: 10 * minute, // ASVS 6.5.5 and NIST SP 800-63B-4 §3.1.3 allow no more; mail is often minutes late, so no less
  mailedCodeTries: 5, // then the code is dead: NIST SP 800-63B-4 §3.1.3.2, ASVS 6.5.1
  sendPauseSeconds: 30, // between two codes that are mailed (E1): time enough for the first to arrive
  sendsInWindow: 5, // in sendWindowSeconds
  sendWindowSeconds: 10 * minute,
  sendsADay: 10, // an account: nobody's mailbox is flooded, whoever asks
  noticePauseSeconds: hour, // between two notices of wrong codes, and of locks: a thief cannot flood the owner (E1)
  noticeSeconds: 5 * 24 * hour, // a notice that finds no mail server is given up then (RFC 5321 §4.5.4.1: 4 to 5 days)
});

/** How long a browser is trusted; 0 where none is. */
export function trustSeconds({ trustedBrowserDays }: Policy): number {
  return trustedBrowserDays * 24 * hour;
}

const ranges: { readonly [Key in keyof Policy]?: readonly [least: number, most: number] } = {
  secretBytes: [16, 64],
  digits: [6, 8],
  periodSeconds: [15, 300],
  window: [0, 10],
  lookAhead: [0, 100],
  driftStepsMax: [0, 10],
  resyncLookAhead: [1, 100],
  resyncHours: [0, 12],
  failuresBeforeLock: [3, 10],
  lockSeconds: [1, hour],
  lockSecondsMax: [minute, hour],
  failuresBeforeDisabled: [10, 100],
  backupCodes: [8, 20],
  backupCodeMemoryKib: [19 * 1024, 1024 * 1024],
  backupCodePasses: [2, 10],
  ticketSeconds: [30, 10 * minute],
  ticketsMax: [1, 20],
  ticketFailuresMax: [1, 10],
  proofSeconds: [30, 10 * minute],
  openingsBurst: [1, 1000],
  openingSeconds: [1, minute],
  pendingFactorSeconds: [minute, 24 * hour],
  factorsMax: [1, 20],
  factorsTried: [1, 3],
  trustedBrowserDays: [0, 30],
  trustedBrowsersMax: [1, 10],
  recoveryWaitSeconds: [hour, 30 * 24 * hour],
  recoveryLapseSeconds: [hour, 30 * 24 * hour],
  formerContactSeconds: [0, 90 * 24 * hour],
  contactChangesBurst: [1, 20],
  contactChangeSeconds: [minute, 24 * hour],
  mailedCodeSeconds: [minute, 10 * minute],
  mailedCodeTries: [1, 10],
  sendPauseSeconds: [1, 10 * minute],
  sendsInWindow: [1, 10],
  sendWindowSeconds: [minute, hour],
  sendsADay: [1, 20],
  noticePauseSeconds: [minute, 24 * hour],
  noticeSeconds: [hour, 30 * 24 * hour],
};

const choices: { readonly [Key in keyof Policy]?: readonly string[] } = {
  algorithm: ['SHA1', 'SHA256', 'SHA512'],
  backupCodeFormat: ['crockford16', 'hex8', 'hex10'],
  confirmByMail: ['replacements', 'additions', 'none'],
};

/**
 * The defaults with what the application wants otherwise, checked against the ranges of the standards.
 *
 * @throws TypeError for an unknown name, RangeError for a number out of its range.
 */
export function createPolicy(wanted: Partial<Policy> = {}): Policy {
  for (const [name, value] of Object.entries(wanted)) assertAllowed(name, value);
  const policy = { ...defaultPolicy, ...wanted };
  if (policy.backupCodeFormat === 'hex8' && policy.digits === 8) {
    throw new RangeError(
      'Backup codes of 8 hex characters cannot be told from one-time codes of 8 digits: choose another format.',
    );
  }
  if (policy.lockSeconds > policy.lockSecondsMax)
    throw new RangeError('lockSeconds is at most lockSecondsMax.');
  return Object.freeze(policy);
}

function assertAllowed(name: string, value: unknown): void {
  if (!Object.hasOwn(defaultPolicy, name)) throw new TypeError(`The policy has no setting "${name}".`);
  const allowed = choices[name as keyof Policy];
  if (allowed !== undefined) {
    if (!allowed.includes(value as string))
      throw new RangeError(`The policy's ${name} is one of ${allowed.join(', ')}.`);
    return;
  }
  const [least, most] = ranges[name as keyof Policy] ?? [0, Number.MAX_SAFE_INTEGER];
  if (!Number.isInteger(value) || (value as number) < least || (value as number) > most) {
    throw new RangeError(`The policy's ${name} is a whole number from ${least} to ${most}.`);
  }
}
