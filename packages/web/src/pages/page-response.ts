import type { JSX } from 'hono/jsx/jsx-runtime';

/**
 * What every page carries. SECURITY: no inline script and no inline style, nothing from elsewhere, no frame, nothing kept:
 * some pages hold a secret, and all of them belong to one person (C15, C25).
 * `same-origin`, since browsers put `null` in place of the `Origin` of a form where the policy is `no-referrer`.
 */
const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': [
    "default-src 'none'",
    "style-src 'self'",
    "script-src 'self'",
    "img-src 'self' data:",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=()',
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

/** What an answer may have besides its page. */
export interface PageExtras {
  readonly status?: number;
  /** A `Set-Cookie` line. */
  readonly cookie?: string | undefined;
  readonly retryAfterSeconds?: number | undefined;
}

/** A page as an answer. */
export async function pageResponse(page: JSX.Element, extras: PageExtras = {}): Promise<Response> {
  const html = await page;
  const response = new Response(`<!doctype html>${html.toString()}`, {
    status: extras.status ?? 200,
    headers: pageHeaders,
  });
  return withExtras(response, extras);
}

/** Sends the browser to another page of ours; a reload there sends no form again. */
export function seeOther(path: string, extras: Omit<PageExtras, 'status'> = {}): Response {
  const response = new Response(null, {
    status: 303,
    headers: { location: path, 'cache-control': 'no-store', 'referrer-policy': 'same-origin' },
  });
  return withExtras(response, extras);
}

function withExtras(response: Response, { cookie, retryAfterSeconds }: PageExtras): Response {
  if (cookie !== undefined) response.headers.append('set-cookie', cookie);
  if (retryAfterSeconds !== undefined) response.headers.set('retry-after', String(retryAfterSeconds));
  return response;
}
