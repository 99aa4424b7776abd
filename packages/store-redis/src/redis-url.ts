/** What a URL of a store says; what it leaves out is empty. */
export interface RedisUrl {
  readonly hosts: readonly { readonly host: string; readonly port: number }[];
  readonly isCluster: boolean;
  readonly username: string;
  readonly password: string;
  readonly database: number;
  readonly hasTls: boolean;
}

const urlPattern =
  /^(redis|rediss|valkey|valkeys):\/\/(?:([^@/?#]*)@)?([^@/?#]+)(?:\/([0-9]{0,3}))?(?:\?([^#]*))?$/;
const hostPattern = /^(?:\[([0-9a-f:.]+)\]|([^:[\]]+))(?::([0-9]{1,5}))?$/i;
const portDefault = 6379;
const portMax = 65_535;

/**
 * Reads `redis://user:password@host:port/0`; `rediss://` is the same with TLS, and `valkey://` and `valkeys://` mean the same.
 * A cluster is `redis://host1:port,host2:port/?cluster=true`: some of its nodes, which know the others.
 *
 * @throws RangeError where it is none; the message does not repeat it, since there may be a password in it.
 */
export function parseRedisUrl(url: string): RedisUrl {
  const [, scheme, login = '', hostList = '', database = '', query = ''] = urlPattern.exec(url) ?? [];
  const isCluster = query === 'cluster=true';
  if (scheme === undefined || (query !== '' && !isCluster)) throw notUrl();
  const hosts = hostList.split(',').map(parseHost);
  if (hosts.length > 1 && !isCluster) throw notUrl();
  // A cluster has one database.
  if (isCluster && Number(database) !== 0) throw notUrl();
  const colon = login.indexOf(':');
  return {
    hosts,
    isCluster,
    username: decode(colon === -1 ? login : login.slice(0, colon)),
    password: colon === -1 ? '' : decode(login.slice(colon + 1)),
    database: Number(database),
    hasTls: scheme === 'rediss' || scheme === 'valkeys',
  };
}

function parseHost(text: string): { readonly host: string; readonly port: number } {
  const [, address, name, port = String(portDefault)] = hostPattern.exec(text) ?? [];
  const host = address ?? name;
  if (host === undefined || Number(port) < 1 || Number(port) > portMax) throw notUrl();
  return { host, port: Number(port) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw notUrl();
  }
}

function notUrl(): RangeError {
  return new RangeError(
    'The URL of a Redis store is "redis://user:password@host:port/0", of a cluster "redis://host1:port,host2:port/?cluster=true"; with TLS it begins with "rediss://".',
  );
}
