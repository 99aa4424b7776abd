import type { KeyUriWarning } from './key-uri-fields.ts';
import { limits } from './limits.ts';
import { OtpError } from './otp-error.ts';
import { encodeUtf8 } from './platform.ts';

/**
 * A name as it may stand in a URI: NFC, no blanks around it, no control characters. Apps disagree about what a colon in a name
 * means, and an empty one is shown as nothing: only a lenient caller may have those.
 *
 * @throws OtpError `otp/invalid-name`, without the name; TypeError
 */
export function assertKeyUriName(text: string, field: 'issuer' | 'accountName', lenient: boolean): string {
  if (typeof text !== 'string') throw new TypeError(`${field} must be a string, not a ${typeof text}.`);
  const name = text.normalize('NFC').trim();
  const invalid = (what: string) => new OtpError('otp/invalid-name', `${field} must ${what}.`);
  if (/[\u0000-\u001f\u007f-\u009f]/.test(name)) throw invalid('not hold control characters');
  if (/[\uD800-\uDFFF]/u.test(name))
    throw invalid('be well-formed Unicode: it holds half of a surrogate pair');
  if (name === '' && (field === 'issuer' || !lenient)) throw invalid('not be empty');
  if (name.includes(':') && !lenient) throw invalid('not hold a colon, which apps read in different ways');
  return name;
}

export function warnOfName(issuer: string | null, accountName: string): KeyUriWarning[] {
  const warnings: KeyUriWarning[] = [];
  if (issuer === null) warnings.push('no-issuer');
  if (accountName === '') warnings.push('no-account-name');
  if (accountName.includes(':') || issuer?.includes(':') === true) warnings.push('colon-in-name');
  if (encodeUtf8(`${issuer ?? ''}:${accountName}`).length > limits.nameBytesAdvised)
    warnings.push('name-too-long');
  return warnings;
}

/** Everything but the unreserved characters of RFC 3986 §2.3; `encodeURIComponent` leaves five more as they are. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, encodeUnit);
}

function encodeUnit(unit: string): string {
  return `%${unit.charCodeAt(0).toString(16).toUpperCase()}`;
}
