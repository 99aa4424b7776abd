import { isSecure, type Connection } from '../api/transport.ts';

/**
 * Whether a page of this very origin sent the request (C25). Browsers say so themselves: `Sec-Fetch-Site` where the origin is
 * trustworthy, `Origin` with every POST. A request that has neither comes from no browser page, and is refused.
 */
export function isSameOrigin(request: Request, { connection, trustProxy }: RequestPlace): boolean {
  const site = request.headers.get('sec-fetch-site');
  if (site !== null) return site === 'same-origin';
  const origin = request.headers.get('origin');
  const { protocol, host } = new URL(request.url);
  if (origin === `${protocol}//${host}`) return true;
  // Behind a proxy that ends TLS, this server was reached by http and the browser by https.
  return trustProxy && isSecure(request, connection, true) && origin === `https://${host}`;
}

/** What is known of a request besides itself. */
export interface RequestPlace {
  readonly connection?: Connection | undefined;
  /** Whether `X-Forwarded-Proto` is the word of a proxy of your own. */
  readonly trustProxy: boolean;
}

/** Whether the browser reached us by https, a proxy of our own included: then the session cookie is `__Host-`. */
export function isHttps(request: Request, { trustProxy }: RequestPlace): boolean {
  if (request.url.startsWith('https:')) return true;
  const forwarded = request.headers.get('x-forwarded-proto');
  return (
    trustProxy &&
    forwarded !== null &&
    forwarded.split(',').every((proto) => proto.trim().toLowerCase() === 'https')
  );
}
