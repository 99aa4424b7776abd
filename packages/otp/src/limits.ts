/** Every number of this package that is a choice, with its source. */
export const limits = {
  /** RFC 4226 R6: 128 bits at least, 160 recommended; every authenticator app takes 160 bits as 32 characters. */
  secretBytesMin: 16,
  secretBytesDefault: 20,
  /** Far over the longest block (128 bytes); a bound, so that no input makes us work without end. */
  secretBytesMax: 1024,
  /** A master key for derivation is as strong as SHA-256. */
  masterKeyBytesMin: 32,
  /** RFC 4226 §5.3: six digits at least; more than eight no app shows. */
  digitsMin: 6,
  digitsMax: 8,
  /** RFC 6238 §5.2 recommends 30 s; the bounds are Tidelock's (row S13). */
  periodSecondsMin: 15,
  periodSecondsMax: 300,
  /** RFC 6238 §5.2: as few steps as the clocks allow. */
  windowMax: 10,
  /** RFC 4226 §7.4: as small as possible; 100 is for resynchronisation. */
  lookAheadMax: 100,
  /** RFC 4226 §7.4, appendix E.4: two or three consecutive codes, over a range that is larger and bounded. */
  resyncCodesMin: 2,
  resyncCodesMax: 3,
  resyncLookAheadMax: 1000,
  /** A clock in the wrong time zone, or on the wrong day, is not further off; two codes fit by chance once in 10^8 searches of it. */
  driftHoursMax: 24,
  /** Codes that one call makes: three days of them at 30 s. */
  rangeCodesMax: 10_000,
  /** Secrets of one table: 400 MB of them. */
  tableSecretsMax: 10_000_000,
  /** The year 5138. What is larger is a count of milliseconds. */
  epochSecondsMax: 1e11,
  /** A QR code of that many bytes is the largest that phones read with ease; other libraries refuse there, too. */
  uriCharactersMax: 2048,
  /** A YubiKey keeps `issuer:account` in that many bytes of UTF-8. */
  nameBytesAdvised: 64,
} as const;

/** What every authenticator app honours (RFC 4226 §5.3, RFC 6238 §4 and §5.2). */
export const totpDefaults = { algorithm: 'SHA1', digits: 6, periodSeconds: 30, t0: 0 } as const;

/** RFC 6238 §5.2: one step either side. */
export const windowDefault = 1;

/** RFC 4226 §7.4; the number is Tidelock's policy. */
export const lookAheadDefault = 10;

/** Tidelock's policy for two codes in a row. */
export const resyncLookAheadDefault = 100;

/** Summer time is one hour. */
export const driftHoursDefault = 1;
