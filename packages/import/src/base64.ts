/**
 * The bytes of base64 text (RFC 4648 §4), blanks and missing padding forgiven, or null. `Buffer` alone would take anything and
 * leave out what it does not know.
 */
export function decodeBase64(text: unknown): Buffer | null {
  if (typeof text !== 'string') return null;
  const joined = text.replace(/\s+/g, '').replace(/={1,2}$/, '');
  if (!/^[A-Za-z0-9+/]*$/.test(joined) || joined.length % 4 === 1) return null;
  return Buffer.from(joined, 'base64');
}

/** The bytes of hexadecimal text of exactly that many bytes, or null. */
export function decodeHexOf(text: unknown, bytes: number): Buffer | null {
  if (typeof text !== 'string' || text.length !== bytes * 2 || !/^[0-9a-f]*$/i.test(text)) return null;
  return Buffer.from(text, 'hex');
}
