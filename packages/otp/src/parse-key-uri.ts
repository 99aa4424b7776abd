import type { Algorithm } from './algorithm.ts';
import type { KeyUriFields, KeyUriWarning } from './key-uri-fields.ts';
import { assertKeyUriName } from './key-uri-name.ts';
import { limits } from './limits.ts';
import { OtpError, type OtpErrorCode } from './otp-error.ts';
import { Secret } from './secret.ts';

export interface ParsedKeyUri {
  readonly fields: KeyUriFields;
  readonly forgiven: readonly KeyUriWarning[];
}

const knownParameters: readonly string[] = ['secret', 'issuer', 'algorithm', 'digits', 'period', 'counter'];
const counterMax = 2n ** 64n - 1n;

/** What we know by its name and do not compute, and what to do with it. */
const unsupported: ReadonlyMap<string, string> = /* @__PURE__ */ new Map([
  [
    'steam',
    'This is a Steam Guard key: its codes are five letters. Read it with @tidelock/import, or use the Steam app.',
  ],
  [
    'yaotp',
    'This is a Yandex key (yaotp): its codes are letters and need a PIN. Use Yandex Key, or enroll anew as TOTP.',
  ],
  ['motp', 'This is a Mobile-OTP key (motp): it needs a PIN and MD5. Enroll anew as TOTP.'],
  [
    'otpauth-migration',
    'This is an export of Google Authenticator, with many keys in one. Read it with @tidelock/import.',
  ],
]);

/**
 * Takes a URI apart into what `KeyUri` is made of.
 *
 * @throws OtpError with a code that begins with `otp/uri-`; TypeError for what is no string
 */
export function parseKeyUri(text: string): ParsedKeyUri {
  if (typeof text !== 'string') throw new TypeError(`A URI must be a string, not a ${typeof text}.`);
  if (text.length > limits.uriCharactersMax) {
    throw refusal('otp/uri-too-long', `it has more than ${limits.uriCharactersMax} characters`);
  }
  // `trim` takes a byte order mark for a blank.
  const trimmed = text.trim();
  if (/[\u0000-\u001f\u007f-\u009f]/.test(trimmed) || /[\uD800-\uDFFF]/u.test(trimmed)) {
    throw refusal('otp/uri-malformed', 'it holds control characters or half of a surrogate pair');
  }
  const forgiven: KeyUriWarning[] = [];
  const { scheme, host, label, query } = splitUri(trimmed);
  if (scheme === 'apple-otpauth') forgiven.push('apple-scheme');
  const type = parseType(host);
  const parameters = parseQuery(query, forgiven);
  const issuer = parameters.get('issuer') ?? null;
  const names = parseLabel(label, issuer === null ? null : checkedName(issuer, 'issuer'), forgiven);
  if (names.accountName === '' && names.issuer === null)
    throw refusal('otp/uri-malformed', 'it names neither an account nor an issuer');
  const fields: KeyUriFields = {
    type,
    ...names,
    secret: parseSecret(parameters.get('secret'), forgiven),
    algorithm: parseAlgorithm(parameters.get('algorithm')),
    digits: parseWhole(parameters.get('digits'), 'digits', limits.digitsMin, limits.digitsMax),
    periodSeconds: parseWhole(
      parameters.get('period'),
      'period',
      limits.periodSecondsMin,
      limits.periodSecondsMax,
    ),
    counter: parseCounter(parameters.get('counter')),
    lenient: true,
  };
  if (type === 'hotp' && fields.counter === undefined) forgiven.push('counter-missing');
  return { fields, forgiven };
}

function splitUri(text: string): { scheme: string; host: string; label: string; query: string } {
  const parts = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(?:\/([^?#]*))?(?:\?([^#]*))?/i.exec(text);
  const scheme = parts?.[1]?.toLowerCase();
  refuseUnsupported(scheme);
  if (parts === null || (scheme !== 'otpauth' && scheme !== 'apple-otpauth')) {
    throw refusal('otp/uri-malformed', 'it does not begin with otpauth://totp/ or otpauth://hotp/');
  }
  return { scheme, host: parts[2] ?? '', label: parts[3] ?? '', query: parts[4] ?? '' };
}

function parseType(host: string): 'totp' | 'hotp' {
  const type = host.toLowerCase();
  if (type === 'totp' || type === 'hotp') return type;
  refuseUnsupported(type);
  throw refusal(
    'otp/uri-malformed',
    'its type is neither totp nor hotp; a user name or a port has no place there',
  );
}

function refuseUnsupported(name: string | undefined): void {
  const advice = name === undefined ? undefined : unsupported.get(name);
  if (advice !== undefined) throw new OtpError('otp/uri-unsupported', advice);
}

/** The known parameters that have a value. Names in any case; of each known one, at most one. */
function parseQuery(query: string, forgiven: KeyUriWarning[]): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const part of query.split('&')) {
    if (part === '') continue;
    // The first `=` alone divides: unencoded padding of a secret belongs to its value.
    const at = part.includes('=') ? part.indexOf('=') : part.length;
    const name = percentDecode(part.slice(0, at).replaceAll('+', ' ')).trim().toLowerCase();
    const value = percentDecode(part.slice(at + 1).replaceAll('+', ' ')).trim();
    if (name === 'encoder') refuseUnsupported(value.toLowerCase());
    if (!knownParameters.includes(name)) {
      if (!forgiven.includes('unknown-parameter')) forgiven.push('unknown-parameter');
    } else if (parameters.has(name)) {
      throw refusal(
        'otp/uri-repeated-parameter',
        `it has the parameter ${name} twice, and only one can be meant`,
      );
    } else {
      parameters.set(name, value);
    }
  }
  for (const [name, value] of parameters) if (value === '') parameters.delete(name);
  return parameters;
}

/**
 * The label is `issuer:account` or `account`. It is divided before it is decoded, at the first colon in either form, except where
 * the issuer parameter itself holds a colon. Where the two issuers differ, the parameter counts.
 */
function parseLabel(
  label: string,
  issuer: string | null,
  forgiven: KeyUriWarning[],
): { issuer: string | null; accountName: string } {
  const decoded = percentDecode(label).normalize('NFC').trim();
  if (issuer?.includes(':') === true && decoded.startsWith(`${issuer}:`)) {
    return { issuer, accountName: checkedName(decoded.slice(issuer.length + 1), 'accountName') };
  }
  const colon = /:|%3a/i.exec(label);
  if (colon === null) return { issuer, accountName: checkedName(decoded, 'accountName') };
  const prefix = percentDecode(label.slice(0, colon.index)).trim();
  const accountName = checkedName(percentDecode(label.slice(colon.index + colon[0].length)), 'accountName');
  if (prefix === '') return { issuer, accountName };
  const labelIssuer = checkedName(prefix, 'issuer');
  if (issuer !== null && issuer !== labelIssuer) forgiven.push('issuer-mismatch');
  return { issuer: issuer ?? labelIssuer, accountName };
}

function checkedName(name: string, field: 'issuer' | 'accountName'): string {
  try {
    return assertKeyUriName(name, field, true);
  } catch {
    throw refusal('otp/uri-malformed', 'a name in it is empty or holds control characters');
  }
}

function parseSecret(text: string | undefined, forgiven: KeyUriWarning[]): Secret {
  if (text === undefined) throw refusal('otp/uri-invalid-secret', 'it has no secret');
  let secret: Secret;
  try {
    secret = Secret.fromBase32(text);
  } catch {
    throw refusal('otp/uri-invalid-secret', 'its secret is no base32 (A to Z and 2 to 7), or is too long');
  }
  if (secret.toBase32() !== text) forgiven.push('secret-not-canonical');
  return secret;
}

/** `SHA1`, `SHA-256`, `HmacSHA512` and the like, in any case. SECURITY: anything else is refused and never taken for SHA1. */
function parseAlgorithm(text: string | undefined): Algorithm | undefined {
  if (text === undefined) return undefined;
  const name = text
    .toUpperCase()
    .replace(/^HMAC[-_ ]?/, '')
    .replace(/^SHA[-_ ]/, 'SHA');
  if (name === 'SHA1' || name === 'SHA256' || name === 'SHA512') return name;
  throw refusal('otp/uri-invalid-algorithm', 'its algorithm is none of SHA1, SHA256 and SHA512');
}

function parseWhole(
  text: string | undefined,
  name: 'digits' | 'period',
  min: number,
  max: number,
): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : -1;
  if (value < min || value > max)
    throw refusal(`otp/uri-invalid-${name}`, `its ${name} is no number from ${min} to ${max}`);
  return value;
}

function parseCounter(text: string | undefined): number | bigint | undefined {
  if (text === undefined) return undefined;
  const value = /^\d{1,20}$/.test(text) ? BigInt(text) : counterMax + 1n;
  if (value > counterMax)
    throw refusal('otp/uri-invalid-counter', 'its counter is no number from 0 to 2^64 - 1');
  return value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
}

function percentDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw refusal(
      'otp/uri-malformed',
      'a percent sign in it is not followed by two digits of well-formed UTF-8',
    );
  }
}

function refusal(code: OtpErrorCode, reason: string): OtpError {
  return new OtpError(code, `This key URI cannot be read: ${reason}.`);
}
