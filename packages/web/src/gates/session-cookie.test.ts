import { expect, test } from 'vitest';
import { sessionCookie } from './session-cookie.ts';
import { csrfTokenOf, isCsrfToken, newSessionToken } from './session-token.ts';

const withCookie = (cookie: string): Request => new Request('https://demo.example/', { headers: { cookie } });

test('SESS-08 a cookie of plain http is not read where the request came by https, nor the other way round', () => {
  const token = newSessionToken();
  const [safe, plain] = [sessionCookie({ isHttps: true }), sessionCookie({ isHttps: false })];
  expect(safe.read(withCookie(`__Host-tidelock=${token}`))).toBe(token);
  expect(safe.read(withCookie(`tidelock=${token}`))).toBeNull();
  expect(plain.read(withCookie(`__Host-tidelock=${token}`))).toBeNull();
  expect(plain.read(withCookie(`a=b; tidelock=${token}; c=d`))).toBe(token);
});

test('what has not the form of a session id is none', () => {
  const cookie = sessionCookie({ isHttps: false });
  for (const text of ['', 'x', 'x'.repeat(44), `${'x'.repeat(42)}"`, '../../etc/passwd'])
    expect(cookie.read(withCookie(`tidelock=${text}`))).toBeNull();
});

test('C25 a form token belongs to one session, and does not tell its id', () => {
  const [first, second] = [newSessionToken(), newSessionToken()];
  const token = csrfTokenOf(first);
  expect(isCsrfToken(token, first)).toBe(true);
  expect(isCsrfToken(token, second)).toBe(false);
  for (const bad of [null, '', first, `${token}x`, 'é'.repeat(43)])
    expect(isCsrfToken(bad, first)).toBe(false);
});
