import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const tokenBytes = 32; // ASVS 7.2.3 asks for 128 bits
const tokenPattern = /^[A-Za-z0-9_-]{43}$/;

/** A new session id: 256 random bits in base64url. */
export function newSessionToken(): string {
  return randomBytes(tokenBytes).toString('base64url');
}

/** Whether a text has the form of a session id; everything else is no session, and costs no look-up. */
export function isSessionToken(text: string): boolean {
  return tokenPattern.test(text);
}

/** The form in which a session id is kept. It has 256 bits of its own, so that a fast hash is enough. */
export function hashSessionToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

/** What the forms of one session carry besides its cookie: it cannot be known without the session id, and does not tell it. */
export function csrfTokenOf(sessionToken: string): string {
  return createHmac('sha256', sessionToken).update('tidelock csrf').digest('base64url');
}

/** Whether a form came from a page of this very session (C25). */
export function isCsrfToken(given: string | null, sessionToken: string): boolean {
  if (given === null) return false;
  const expected = Buffer.from(csrfTokenOf(sessionToken));
  const bytes = Buffer.from(given);
  return bytes.length === expected.length && timingSafeEqual(bytes, expected);
}
