/** Whose second factor it is: the application's own user id, and the tenant that stands before it in every key. */
export interface AccountId {
  readonly tenant: string;
  readonly account: string;
}

/** The longest account id, in code points after NFC. */
export const accountIdLengthMax = 200;

/** The tenant of Tidelock's own records (the store's identity, the directory); no application can name it. */
export const reservedTenant = '';

const tenantPattern = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
// Control characters, and the two that look like line ends to a log reader.
const controlCharacters = /[\p{Cc}\u2028\u2029]/u;

/** What most ids are, and what nothing has to be done for: printable ASCII that does not begin with a dot. */
const plainText = /^[\x20-\x2D\x2F-\x7E][\x20-\x7E]*$/;

/**
 * Checks an application's user id and gives it in the one form under which it is stored (NFC).
 *
 * @throws TypeError when it is no string, RangeError when it is empty, too long, not well-formed, `.`, `..`, or has control characters.
 */
export function normaliseAccount(account: string): string {
  return normaliseText(account, 'an account id', accountIdLengthMax);
}

/** Checks a device's label or another short text, 64 code points at most. @throws TypeError, RangeError as {@link normaliseAccount}. */
export function normaliseLabel(label: string): string {
  return normaliseText(label, 'a label', 64);
}

/** Checks a tenant's name: 1 to 63 of a-z, 0-9 and inner dashes. @throws RangeError otherwise. */
export function normaliseTenant(tenant: string): string {
  if (typeof tenant !== 'string' || !tenantPattern.test(tenant)) {
    throw new RangeError(
      'A tenant is named by 1 to 63 characters of a-z, 0-9 and "-", beginning and ending with none of "-".',
    );
  }
  return tenant;
}

/** One string for both parts, length-prefixed so that no two ids share it. */
export function keyOf(id: AccountId): string {
  return `${id.tenant.length}:${id.tenant}${id.account}`;
}

/** Checks free text for the limits that all names share. @throws TypeError, RangeError. */
export function normaliseText(text: string, what: string, lengthMax: number): string {
  if (typeof text !== 'string') throw new TypeError(`${what} is a string.`);
  if (text.length <= lengthMax && plainText.test(text)) return text;
  // A cheap bound first, so that a huge string is not normalised before it is refused.
  if (text.length > lengthMax * 4) throw new RangeError(`${what} has at most ${lengthMax} characters.`);
  if (!text.isWellFormed())
    throw new RangeError(`${what} is well-formed Unicode: this one has a lone surrogate.`);
  const normal = text.normalize('NFC');
  const length = [...normal].length;
  if (length < 1 || length > lengthMax)
    throw new RangeError(`${what} has 1 to ${lengthMax} characters; this one has ${length}.`);
  if (normal === '.' || normal === '..') throw new RangeError(`${what} is neither "." nor "..".`);
  if (controlCharacters.test(normal)) throw new RangeError(`${what} has no control characters.`);
  return normal;
}
