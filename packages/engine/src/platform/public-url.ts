const urlLengthMax = 200;
const loopbackHosts: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Checks the URL under which people reach the pages, and gives it without its last slash.
 *
 * @throws TypeError, RangeError: it is `https:`, or `http:` on this machine, without user name, query and fragment
 */
export function normalisePublicUrl(text: string): string {
  if (typeof text !== 'string') throw new TypeError('A public URL is a string.');
  const url = text.length > urlLengthMax ? null : URL.parse(text);
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && loopbackHosts.has(url.hostname));
  // SECURITY: the link carries a token, and goes over no wire that anybody can read.
  if (url === null || !isSafe || url.username !== '' || url.password !== '' || /[?#\s]/.test(text))
    throw new RangeError(
      'A public URL begins with "https://" ("http://" for this machine alone), and has no user name, query or fragment.',
    );
  return url.href.replace(/\/+$/, '');
}
