import { KeyUri } from '@tidelock/otp';
import { ImportError } from '../import-error.ts';
import type { FactorDraft, ImportWarning } from '../imported-factor.ts';
import { parseBase32Secret } from '../parameters.ts';

/** Names from beside a URI, for one that has none. */
export interface FallbackNames {
  readonly issuer: string;
  readonly accountName: string;
}

const noNames: FallbackNames = { issuer: '', accountName: '' };

/** Whether a line begins like a URI that this package reads. */
export function isKeyUri(text: string): boolean {
  return /^\ufeff?(?:(?:apple-)?otpauth|steam):\/\//i.test(text);
}

/**
 * An entry from an `otpauth://totp`, `hotp` or `steam` URI, or from `steam://SECRET`.
 *
 * @throws ImportError `import/not-a-uri`, `import/invalid-secret`, `import/unsupported-parameters`; OtpError `otp/uri-…`
 */
export function draftOfUri(text: string, names: FallbackNames = noNames): FactorDraft {
  if (!isKeyUri(text)) {
    throw new ImportError(
      'import/not-a-uri',
      'This is no otpauth:// or steam:// URI. Put one URI on each line, without anything else.',
    );
  }
  const uri = text.replace(/^\ufeff/, '');
  const bare = /^steam:\/\/([^/?#]*)\/?$/i.exec(uri);
  if (bare !== null) return draftOfBareSteam(bare[1]!, names);
  const isSteam = /^[a-z-]+:\/\/steam(?:[/?]|$)/i.test(uri) || /[?&]encoder=steam(?:&|$)/i.test(uri);
  const totp = isSteam ? asTotp(uri) : uri;
  const isNameless = namelessUri.test(totp);
  // The parser wants a name; the one that it is given here goes no further.
  const parsed = KeyUri.parse(isNameless ? totp.replace(namelessUri, '$1/-?') : totp);
  const { issuer, accountName, secret, algorithm, digits, periodSeconds, counter, warnings } = parsed;
  const common = {
    issuer: issuer ?? names.issuer,
    accountName: accountName === '' || isNameless ? names.accountName : accountName,
    secret,
    algorithm,
    periodSeconds,
  };
  // What is said of the names is said anew, after the names from beside the URI were taken.
  const forgiven: ImportWarning[] = warnings.filter(
    (warning) => !['no-issuer', 'no-account-name', 'name-too-long', 'colon-in-name'].includes(warning),
  );
  if (isSteam) return { ...common, kind: 'steam', forgiven };
  return { ...common, kind: parsed.type, digits, counter, forgiven };
}

/** The secret of an entry of a password manager: a URI, `steam://SECRET`, or the base32 alone. */
export function draftOfField(text: string, names: FallbackNames): FactorDraft {
  if (isKeyUri(text) || text.includes('://')) return draftOfUri(text, names);
  const forgiven: ImportWarning[] = ['default-assumed'];
  return { kind: 'totp', ...names, secret: parseBase32Secret(text, forgiven), forgiven };
}

function draftOfBareSteam(secret: string, names: FallbackNames): FactorDraft {
  const forgiven: ImportWarning[] = [];
  return {
    kind: 'steam',
    issuer: names.issuer === '' ? 'Steam' : names.issuer,
    accountName: names.accountName,
    secret: parseBase32Secret(secret, forgiven),
    forgiven,
  };
}

/** A Steam URI as TOTP, which the parser of key URIs knows; its five digits are letters, and of the kind. */
function asTotp(uri: string): string {
  const typed = uri.replace(/^([a-z-]+:\/\/)[^/?#]*/i, '$1totp');
  const mark = typed.indexOf('?');
  if (mark < 0) return typed;
  const kept = typed
    .slice(mark + 1)
    .split('&')
    .filter((part) => !/^(?:digits=5|encoder=.*)$/i.test(part));
  return `${typed.slice(0, mark)}?${kept.join('&')}`;
}

/** A URI without any name, as people write it by hand into a password manager: `otpauth://totp/?secret=…`. */
const namelessUri = /^([a-z-]+:\/\/[a-z]+)\/?\?/i;
