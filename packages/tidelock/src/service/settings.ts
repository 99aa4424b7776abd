import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { normaliseLocale, normalisePublicUrl, profileNames, type ProfileName } from '@tidelock/engine';
import { valueOf, wrong, type Environment } from './environment.ts';
import { parseStoreLocation, type StoreLocation } from './store-location.ts';
import { readVault, vaultNames, type VaultSettings } from './vault-settings.ts';

export type { Environment } from './environment.ts';

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** How mail is sent. */
export interface MailSettings {
  /** SECURITY: there may be a password in it. */
  readonly smtpUrl: string;
  readonly from: string;
  /** The language where an account has none of its own. */
  readonly locale: string;
  readonly helpUrl: string | null;
  /** Where people reach the pages, for the links of mails about a recovery; null where those have none. */
  readonly publicUrl: string | null;
}

/** What the environment says, checked. */
export interface Settings {
  readonly host: string;
  /** Null where `PORT` is not set: 3000, or the next free one. */
  readonly port: number | null;
  readonly store: StoreLocation;
  /** The text of `TIDELOCK_KEYS`; null where it is not set, so that the keys file counts. */
  readonly keys: string | null;
  /** Absolute: beside the store's file; for a store that is no file, where the default one would have its keys. */
  readonly keysPath: string;
  /** Null where no key is wrapped by a vault. */
  readonly vault: VaultSettings | null;
  readonly apiKey: string | null;
  readonly issuer: string;
  /** The ready-made settings: `strict` is after ASVS L3 and NIST AAL2. */
  readonly profile: ProfileName;
  readonly trustProxy: boolean;
  /** How many requests one API key may send in a second, to each process; null for the API's own default. */
  readonly keyRate: number | null;
  readonly logLevel: LogLevel;
  /** For how long after SIGTERM requests are still taken. */
  readonly drainSeconds: number;
  /** For how many days an event of the audit log is kept; null where all are. */
  readonly auditDays: number | null;
  /** Null where `TIDELOCK_SMTP_URL` is not set: then nobody is told of anything. */
  readonly mail: MailSettings | null;
  /** Variables that begin with `TIDELOCK_` and mean nothing: one of them may be misspelt. */
  readonly unknownNames: readonly string[];
}

const defaults = Object.freeze({
  host: '127.0.0.1', // nobody but this machine, until an operator says otherwise
  store: 'sqlite:data/tidelock.db',
  keys: 'data/keys',
  issuer: 'Tidelock',
  profile: 'default',
  trustProxy: 'false',
  logLevel: 'info',
  drainSeconds: '0', // nobody waits for a process that no balancer stands before
  mailLocale: 'en',
});
const hostLengthMax = 253; // RFC 1035 §2.3.4, without the root's dot
const keyRateMax = 1_000_000; // more than any process does: no limit
/** Longer than any balancer takes to notice, and shorter than an operator waits. */
const drainSecondsMax = 120;
/** A hundred years. */
export const auditDaysMax = 36_500;
const keysLengthMax = 2048; // 16 keys of 32 + 1 + 44 characters, and their commas
const wrappedKeysLengthMax = 16 * 1024; // the same with up to 1,000 characters that a vault has wrapped
// A token68 of RFC 9110 §11.2, as the header takes it; 20 random characters have the 112 bits of LOOK-02; one of fewer different characters is a sample.
const apiKeyPattern = /^[A-Za-z0-9._~+/-]{20,128}={0,2}$/;
const apiKeyCharactersMin = 5;
const knownNames: ReadonlySet<string> = new Set([
  'TIDELOCK_STORE',
  'TIDELOCK_KEYS',
  'TIDELOCK_API_KEY',
  'TIDELOCK_ISSUER',
  'TIDELOCK_PROFILE',
  'TIDELOCK_TRUST_PROXY',
  'TIDELOCK_KEY_RATE',
  'TIDELOCK_LOG_LEVEL',
  'TIDELOCK_DRAIN_SECONDS',
  'TIDELOCK_AUDIT_DAYS',
  'TIDELOCK_SMTP_URL',
  'TIDELOCK_MAIL_FROM',
  'TIDELOCK_MAIL_LOCALE',
  'TIDELOCK_MAIL_HELP_URL',
  'TIDELOCK_PUBLIC_URL',
  'TIDELOCK_DEBUG',
  ...vaultNames,
]);

/**
 * Reads and checks the environment; a variable that is empty counts as not set. `folder` is where relative paths begin.
 *
 * @throws ServiceError `service/setting`, naming the variable, what is expected and what to do; never its value where it is secret.
 */
export function readSettings(environment: Environment, folder: string): Settings {
  const store = parseStoreLocation(valueOf(environment, 'TIDELOCK_STORE') ?? defaults.store, folder);
  return {
    host: readHost(valueOf(environment, 'HOST') ?? defaults.host),
    port: readPort(valueOf(environment, 'PORT')),
    store,
    keys: readKeys(valueOf(environment, 'TIDELOCK_KEYS')),
    keysPath: store.kind === 'sqlite' ? resolve(store.path, '..', 'keys') : resolve(folder, defaults.keys),
    vault: readVault(environment, folder),
    apiKey: readApiKey(valueOf(environment, 'TIDELOCK_API_KEY')),
    issuer: readIssuer(valueOf(environment, 'TIDELOCK_ISSUER') ?? defaults.issuer),
    profile: readProfile(valueOf(environment, 'TIDELOCK_PROFILE') ?? defaults.profile),
    trustProxy: readSwitch(
      'TIDELOCK_TRUST_PROXY',
      valueOf(environment, 'TIDELOCK_TRUST_PROXY') ?? defaults.trustProxy,
    ),
    keyRate: readKeyRate(valueOf(environment, 'TIDELOCK_KEY_RATE')),
    logLevel: readLogLevel(valueOf(environment, 'TIDELOCK_LOG_LEVEL') ?? defaults.logLevel),
    drainSeconds: readDrainSeconds(valueOf(environment, 'TIDELOCK_DRAIN_SECONDS') ?? defaults.drainSeconds),
    auditDays: readAuditDays(valueOf(environment, 'TIDELOCK_AUDIT_DAYS')),
    mail: readMail(environment),
    unknownNames: Object.keys(environment).filter(
      (name) => name.startsWith('TIDELOCK_') && !knownNames.has(name),
    ),
  };
}

function readPort(text: string | null): number | null {
  if (text === null) return null;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  if (port < 0 || port > 65_535)
    throw wrong('PORT', 'is a number from 0 to 65535; leave it out for 3000 or the next free one.');
  return port;
}

function readHost(text: string): string {
  const name = /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.?)+$/i;
  if (text.length > hostLengthMax || (isIP(text) === 0 && !name.test(text)))
    throw wrong('HOST', 'is an address of this machine, such as 127.0.0.1, ::1 or 0.0.0.0, without a port.');
  return text;
}

function readKeys(text: string | null): string | null {
  const most = text?.includes(':vault:v') === true ? wrappedKeysLengthMax : keysLengthMax;
  if (text !== null && text.length > most)
    throw wrong('TIDELOCK_KEYS', `has at most ${most} characters: "id:base64", comma-separated.`);
  return text;
}

function readApiKey(text: string | null): string | null {
  if (text !== null && (!apiKeyPattern.test(text) || new Set(text).size < apiKeyCharactersMin))
    throw wrong(
      'TIDELOCK_API_KEY',
      'has 20 to 128 random characters of A-Z, a-z, 0-9 and "._~+/-". Leave it out, and one is made on the first run.',
    );
  return text;
}

function readIssuer(text: string): string {
  if ([...text].length > 64 || /[:\p{Cc}\p{Surrogate}]/u.test(text))
    throw wrong('TIDELOCK_ISSUER', 'has 1 to 64 characters, with neither a colon nor control characters.');
  return text;
}

function readSwitch(name: string, text: string): boolean {
  switch (text.toLowerCase()) {
    case 'true':
    case '1':
      return true;
    case 'false':
    case '0':
      return false;
    default:
      throw wrong(name, 'is "true" or "false".');
  }
}

function readProfile(text: string): ProfileName {
  const profile = profileNames.find((known) => known === text.toLowerCase());
  if (profile === undefined) throw wrong('TIDELOCK_PROFILE', `is one of ${profileNames.join(', ')}.`);
  return profile;
}

function readAuditDays(text: string | null): number | null {
  if (text === null) return null;
  const days = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (days < 1 || days > auditDaysMax)
    throw wrong(
      'TIDELOCK_AUDIT_DAYS',
      `is a number from 1 to ${auditDaysMax}; leave it out to keep every event.`,
    );
  return days;
}

function readKeyRate(text: string | null): number | null {
  if (text === null) return null;
  const rate = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  if (rate < 1 || rate > keyRateMax)
    throw wrong(
      'TIDELOCK_KEY_RATE',
      `is how many requests an API key may send in a second, from 1 to ${keyRateMax}.`,
    );
  return rate;
}

function readDrainSeconds(text: string): number {
  const seconds = /^\d{1,3}$/.test(text) ? Number(text) : -1;
  if (seconds < 0 || seconds > drainSecondsMax)
    throw wrong(
      'TIDELOCK_DRAIN_SECONDS',
      `is a number from 0 to ${drainSecondsMax}: longer than your balancer takes to notice /readyz.`,
    );
  return seconds;
}

function readLogLevel(text: string): LogLevel {
  const level = logLevels.find((known) => known === text.toLowerCase());
  if (level === undefined) throw wrong('TIDELOCK_LOG_LEVEL', `is one of ${logLevels.join(', ')}.`);
  return level;
}

/** The forms of URL and mailbox are checked where they are used: `mail-channel.ts`. */
function readMail(environment: Environment): MailSettings | null {
  const smtpUrl = valueOf(environment, 'TIDELOCK_SMTP_URL');
  const from = valueOf(environment, 'TIDELOCK_MAIL_FROM');
  const helpUrl = valueOf(environment, 'TIDELOCK_MAIL_HELP_URL');
  const publicUrl = readPublicUrl(valueOf(environment, 'TIDELOCK_PUBLIC_URL'));
  const locale = valueOf(environment, 'TIDELOCK_MAIL_LOCALE') ?? defaults.mailLocale;
  if (smtpUrl === null && from === null) return null;
  if (smtpUrl === null)
    throw wrong('TIDELOCK_SMTP_URL', 'is set, too, where TIDELOCK_MAIL_FROM is: without it no mail is sent.');
  if (from === null)
    throw wrong('TIDELOCK_MAIL_FROM', 'says who mails are from, such as "Acme <no-reply@acme.example>".');
  try {
    return { smtpUrl, from, locale: normaliseLocale(locale), helpUrl, publicUrl };
  } catch {
    throw wrong('TIDELOCK_MAIL_LOCALE', 'has the form "en" or "de-AT".');
  }
}

/** Checked where no mail is set, too: it is told of before it is missed. */
function readPublicUrl(text: string | null): string | null {
  try {
    return text === null ? null : normalisePublicUrl(text);
  } catch {
    throw wrong(
      'TIDELOCK_PUBLIC_URL',
      'is where people reach your pages, such as "https://acme.example": https, or http on this machine, without query and fragment.',
    );
  }
}
