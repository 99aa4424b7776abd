import { BlockList, isIP } from 'node:net';

/** A mail server, and how to speak to it. */
export interface SmtpServerAddress {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte (`smtps:`); else by STARTTLS. */
  readonly isImplicitTls: boolean;
  readonly user: string | null;
  /** SECURITY: a secret of the operator's. */
  readonly password: string | null;
  /** Whether the server is this machine: only then may mail go unencrypted. */
  readonly isLoopback: boolean;
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Submission by STARTTLS and by implicit TLS (RFC 6409 §3.1, RFC 8314 §7.3). */
const defaultPorts = { 'smtp:': 587, 'smtps:': 465 } as const;

/**
 * Reads `smtp://user:password@host:port` or `smtps://…`.
 *
 * @throws RangeError, whose message repeats nothing of the URL: there may be a password in it.
 */
export function readSmtpUrl(text: string): SmtpServerAddress {
  const wrong = new RangeError(
    'A mail server has the form "smtp://host:587" or "smtps://user:password@host:465", with percent-encoding, and no path.',
  );
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'smtp:' && url.protocol !== 'smtps:')) throw wrong;
  const { hostname, pathname, port, protocol, search, hash } = url;
  if (hostname === '' || !['', '/'].includes(pathname) || search !== '' || hash !== '') throw wrong;
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const user = decode(url.username, wrong);
  const password = decode(url.password, wrong);
  if ((user === null) !== (password === null)) throw wrong;
  return {
    host,
    port: port === '' ? defaultPorts[protocol] : Number(port),
    isImplicitTls: protocol === 'smtps:',
    user,
    password,
    isLoopback: isLoopback(host),
  };
}

function decode(part: string, wrong: RangeError): string | null {
  if (part === '') return null;
  try {
    return decodeURIComponent(part);
  } catch {
    throw wrong;
  }
}

function isLoopback(host: string): boolean {
  const version = isIP(host);
  if (version === 0) return host.toLowerCase() === 'localhost';
  return loopback.check(host, version === 4 ? 'ipv4' : 'ipv6');
}
