/** The longest address (RFC 5321 §4.5.3.1.3, less the angle brackets) and the longest part before its `@`. */
const addressLengthMax = 254;
const localLengthMax = 64;

// The dot-string of RFC 5321 §4.1.2, in ASCII: no quotes, no blanks, nothing that a header could be made of.
const localPattern = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
// Labels of letters, digits and inner dashes (RFC 1035 §2.3.1), two at least; the last is no number, so it is no IP address.
const domainPattern =
  /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?!\d+$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * Checks an e-mail address and gives it in the form under which it is kept: the domain in lower case, the part before the
 * `@` as it came, since only its own server knows what it means. Addresses are ASCII; other domains are written as `xn--…`.
 * SECURITY: E2, C15, a line end or a second address never gets into a mail (`set-contacts.test.ts`). The messages never repeat it.
 *
 * @throws TypeError when it is no string, RangeError when it is no address.
 */
export function normaliseEmail(email: string): string {
  if (typeof email !== 'string') throw new TypeError('An e-mail address is a string.');
  const at = email.lastIndexOf('@');
  const local = email.slice(0, Math.max(at, 0));
  const domain = email.slice(at + 1, at + 1 + addressLengthMax).toLowerCase();
  if (email.length > addressLengthMax || local.length > localLengthMax)
    throw new RangeError(
      `An e-mail address has at most ${addressLengthMax} characters, ${localLengthMax} of them before its "@".`,
    );
  if (!localPattern.test(local) || !domainPattern.test(domain))
    throw new RangeError(
      'An e-mail address has the form "name@example.com", in ASCII; other domains are written as "xn--…".',
    );
  return `${local}@${domain}`;
}

/** One bucket for all spellings of an address (E2): hardly any server tells upper from lower case. */
export function sameEmail(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}

/** Whether mail to both most likely comes to one person: many servers drop what stands behind a plus sign. */
export function sameMailbox(left: string, right: string): boolean {
  return sameEmail(left.replace(/\+[^@]*@/, '@'), right.replace(/\+[^@]*@/, '@'));
}

/**
 * As much of an address as its owner needs to know it by: `a•••@e•••.org`. Whoever sees it must not learn the address, nor how
 * long it is.
 */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf('@');
  const domain = email.slice(at + 1);
  return `${email.charAt(0)}•••@${domain.charAt(0)}•••${domain.slice(domain.lastIndexOf('.'))}`;
}
