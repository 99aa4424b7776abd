import { isIP } from 'node:net';
import type { Connection } from './transport.ts';

/**
 * Whom a request is counted for: an IPv4 address, or the first 64 bits of an IPv6 one, since whoever has one of those has all
 * of its addresses. Null where nobody knows.
 * SECURITY: B3, a header is believed only where `trustProxy` says that a proxy of ours writes it, and of `X-Forwarded-For` only
 * the last entry: that one the proxy has added, and everything before it the client may have sent (`client-address.test.ts`).
 */
export function clientAddress(
  request: Request,
  connection: Connection | undefined,
  trustProxy: boolean,
): string | null {
  const peer = connection?.remoteAddress;
  const forwarded = trustProxy ? request.headers.get('x-forwarded-for') : null;
  const last = forwarded?.slice(forwarded.lastIndexOf(',') + 1);
  // What is no address there is not believed either: all of it then counts as the proxy's.
  return networkOf(last) ?? networkOf(peer);
}

/** Some proxies write a port behind the address: `192.0.2.1:443`, `[2001:db8::1]:443`. */
const withPort = /^(?:\[([0-9a-f:.]+)\]|(\d+(?:\.\d+){3}))(?::\d{1,5})?$/i;

function networkOf(written: string | undefined): string | null {
  if (written === undefined) return null;
  // A zone (`fe80::1%eth0`) is this machine's own.
  const text = written.trim().replace(/%.*$/, '');
  const matched = withPort.exec(text);
  const address = matched?.[1] ?? matched?.[2] ?? text;
  switch (isIP(address)) {
    case 4:
      return address;
    case 6:
      return firstHalf(address);
    default:
      return null;
  }
}

/** `2001:db8:0:1::/64`; an IPv4 address that is written as an IPv6 one is what it is. */
function firstHalf(address: string): string {
  // The parser of URLs knows every way to write one, and gives the shortest.
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(canonical);
  if (mapped !== null) {
    const [high, low] = [Number.parseInt(mapped[1]!, 16), Number.parseInt(mapped[2]!, 16)];
    return [high >> 8, high & 255, low >> 8, low & 255].join('.');
  }
  const [head = '', tail] = canonical.split('::');
  const groups = head === '' ? [] : head.split(':');
  if (tail !== undefined) {
    const after = tail === '' ? [] : tail.split(':');
    while (groups.length + after.length < 8) groups.push('0');
    groups.push(...after);
  }
  return `${groups.slice(0, 4).join(':')}::/64`;
}
