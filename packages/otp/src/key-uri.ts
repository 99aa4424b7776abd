import { hashOf, type Algorithm } from './algorithm.ts';
import { assertCounter } from './counter.ts';
import { assertKeyUriName, percentEncode, warnOfName } from './key-uri-name.ts';
import type { KeyUriFields, KeyUriFormatOptions, KeyUriNaming, KeyUriWarning } from './key-uri-fields.ts';
import { limits, totpDefaults } from './limits.ts';
import { assertDigits, assertOptions, assertWhole } from './options.ts';
import { OtpError } from './otp-error.ts';
import { parseKeyUri } from './parse-key-uri.ts';
import { toSecret, type Secret } from './secret.ts';

/** Of these the constructor knows; anything else is a mistake. */
const fieldNames: readonly string[] = Object.keys({
  type: true,
  issuer: true,
  accountName: true,
  secret: true,
  algorithm: true,
  digits: true,
  periodSeconds: true,
  counter: true,
  lenient: true,
} satisfies Record<keyof KeyUriFields, true>);

/**
 * An `otpauth://` URI, which carries a secret into an authenticator app.
 *
 * @example
 * const uri = KeyUri.parse('otpauth://totp/Acme:user?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Acme');
 * uri.issuer; // 'Acme'
 * new Totp(uri.secret, { digits: uri.digits }).generate({ at: 59 }); // '287082'
 */
export class KeyUri {
  readonly type: 'totp' | 'hotp';
  readonly issuer: string | null;
  readonly accountName: string;
  readonly secret: Secret;
  readonly algorithm: Algorithm;
  readonly digits: number;
  /** 30 where the type is `hotp`, which has no period. */
  readonly periodSeconds: number;
  /** 0 where the type is `totp`, which has no counter. A bigint above 2^53 - 1. */
  readonly counter: number | bigint;
  /** Worth a look before the URI is shown, or after it was read. */
  readonly warnings: readonly KeyUriWarning[];

  /**
   * Checks the fields; names are brought into Unicode form NFC, without blanks around them. `forgiven` is what a parser adds.
   *
   * @throws OtpError `otp/invalid-name`, `otp/weak-secret`, `otp/uri-too-long`, and those of `Secret.fromBase32`;
   * TypeError, RangeError for wrong options
   */
  constructor(fields: KeyUriFields, forgiven: readonly KeyUriWarning[] = []) {
    assertOptions(fields, fieldNames, 'KeyUri');
    const {
      type,
      issuer,
      algorithm = totpDefaults.algorithm,
      digits = totpDefaults.digits,
      lenient = false,
    } = fields;
    const { periodSeconds = totpDefaults.periodSeconds, counter = 0 } = fields;
    if (type !== 'totp' && type !== 'hotp') throw new RangeError('type must be totp or hotp.');
    hashOf(algorithm);
    this.type = type;
    this.issuer = issuer === null ? null : assertKeyUriName(issuer, 'issuer', lenient);
    this.accountName = assertKeyUriName(fields.accountName, 'accountName', lenient && issuer !== null);
    this.secret = toSecret(fields.secret);
    if (this.secret.isWeak && !lenient) throw weakSecret();
    this.algorithm = algorithm;
    this.digits = digits;
    assertDigits(this.digits);
    this.periodSeconds = type === 'totp' ? periodSeconds : totpDefaults.periodSeconds;
    assertWhole(this.periodSeconds, 'periodSeconds', limits.periodSecondsMin, limits.periodSecondsMax);
    this.counter = type === 'hotp' ? counter : 0;
    assertCounter(this.counter, 'counter');
    this.warnings = Object.freeze([...forgiven, ...warningsOf(this)]);
    if (this.toString({ spellOut: true }).length > limits.uriCharactersMax) {
      throw new OtpError(
        'otp/uri-too-long',
        `The names are too long: a URI has ${limits.uriCharactersMax} characters at most.`,
      );
    }
  }

  /**
   * Reads a URI as other programs write them: tolerant in its form, strict in what it means. What was forgiven is in `warnings`.
   *
   * @throws OtpError with a code that begins with `otp/uri-`, and nothing else for any string; TypeError for what is no string
   */
  static parse(text: string): KeyUri {
    const { fields, forgiven } = parseKeyUri(text);
    return new KeyUri(fields, forgiven);
  }

  /**
   * The form that every app reads: issuer before the label and as a parameter, everything percent-encoded, a literal colon between,
   * no padding, and algorithm, digits and period only where they differ from the default, unless `spellOut` is set.
   *
   * It holds the secret: show it once, to its owner, and log it nowhere.
   */
  toString(options: KeyUriFormatOptions = {}): string {
    assertOptions(options, ['spellOut'], 'KeyUri.toString');
    const { type, issuer, algorithm, digits, periodSeconds } = this;
    const all = options.spellOut === true;
    const account = percentEncode(this.accountName);
    let text = `otpauth://${type}/${issuer === null ? '' : `${percentEncode(issuer)}:`}${account}`;
    text += `?secret=${this.secret.toBase32()}`;
    if (issuer !== null) text += `&issuer=${percentEncode(issuer)}`;
    if (all || algorithm !== totpDefaults.algorithm) text += `&algorithm=${algorithm}`;
    if (all || digits !== totpDefaults.digits) text += `&digits=${digits}`;
    if (type === 'hotp') return `${text}&counter=${this.counter}`;
    return all || periodSeconds !== totpDefaults.periodSeconds ? `${text}&period=${periodSeconds}` : text;
  }
}

/** The URI of fields and names, as {@link KeyUri} writes it: what `Totp.uri` and `Hotp.uri` are made of. */
export function formatKeyUri(
  fields: Omit<KeyUriFields, 'issuer' | 'accountName' | 'lenient'>,
  naming: KeyUriNaming,
): string {
  assertOptions(naming, ['issuer', 'accountName', 'lenient', 'spellOut'], 'uri');
  const { spellOut, ...names } = naming;
  return new KeyUri({ ...fields, ...names }).toString({ spellOut });
}

function warningsOf(uri: KeyUri): KeyUriWarning[] {
  const { algorithm, digits, periodSeconds } = totpDefaults;
  const usual = uri.algorithm === algorithm && uri.digits === digits && uri.periodSeconds === periodSeconds;
  const warnings = warnOfName(uri.issuer, uri.accountName);
  if (!usual) warnings.push('unusual-parameters');
  if (uri.secret.isWeak) warnings.push('weak-secret');
  return warnings;
}

function weakSecret(): OtpError {
  return new OtpError(
    'otp/weak-secret',
    `The secret has fewer than ${limits.secretBytesMin} bytes, too few to issue (RFC 4226 R6). Use Secret.generate().`,
  );
}
