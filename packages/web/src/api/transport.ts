/** Where a request came from, as far as the server knows. */
export interface Connection {
  /** The address of the peer: the client's, or the last proxy's. */
  readonly remoteAddress?: string;
}

const loopbackHost = /^(?:localhost|.+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])\.?$/i;
const loopbackAddress = /^(?:127(?:\.\d{1,3}){3}|::1|::ffff:127(?:\.\d{1,3}){3})$/i;
const forwardingHeaders = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'via'];

/**
 * Whether a secret may go out with the answer: by https, or without leaving this machine (S02).
 * Behind a proxy that ends TLS, `trustProxy` says that `X-Forwarded-Proto` is the proxy's own word.
 */
export function isSecure(request: Request, connection: Connection | undefined, trustProxy: boolean): boolean {
  const { url, headers } = request;
  if (url.startsWith('https:')) return true;
  const forwarded = headers.get('x-forwarded-proto');
  // SECURITY: of several proxies each must have been reached by https, and the word of a stranger counts for nothing.
  if (trustProxy && forwarded !== null)
    return forwarded.split(',').every((proto) => proto.trim().toLowerCase() === 'https');
  return isLoopback(request, connection);
}

/** A request that a proxy on this machine handed on came from elsewhere, whatever host and address say. */
function isLoopback({ url, headers }: Request, connection: Connection | undefined): boolean {
  if (forwardingHeaders.some((name) => headers.has(name))) return false;
  if (!loopbackHost.test(new URL(url).hostname)) return false;
  const address = connection?.remoteAddress;
  return address === undefined || loopbackAddress.test(address);
}
