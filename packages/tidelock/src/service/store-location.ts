import { resolve } from 'node:path';
import type { PostgresStoreOptions } from '@tidelock/store-postgres';
import type { Durability, RedisStoreOptions } from '@tidelock/store-redis';
import { wrong } from './environment.ts';

/** Where accounts are kept. */
export type StoreLocation =
  { readonly kind: 'sqlite'; /** Absolute. */ readonly path: string } | PostgresLocation | RedisLocation;

/** SECURITY: there may be a password in a URL; {@link describeStore} is what may be shown of it. */
interface PostgresLocation {
  readonly kind: 'postgres';
  /** As the driver takes it: without what is for the store. */
  readonly url: string;
  readonly options: PostgresStoreOptions;
}

interface RedisLocation {
  readonly kind: 'redis';
  readonly url: string;
  readonly options: RedisStoreOptions;
}

const pathLengthMax = 4096; // PATH_MAX of Linux
const urlLengthMax = 4096;
const urlPattern = /^([a-z]+):\/\/(?:([^@/?#]*)@)?([^@/?#]*)(\/[^@?#]*)?(?:\?([^@#]*))?$/i;

/**
 * Reads `sqlite:PATH` or a URL. `name` is what the text was given as, for the message; `folder` is where relative paths begin.
 *
 * @throws ServiceError `service/setting`; the message never holds the text, which may have a password.
 */
export function parseStoreLocation(text: string, folder: string, name = 'TIDELOCK_STORE'): StoreLocation {
  const scheme = (/^([a-z]+):/i.exec(text)?.[1] ?? '').toLowerCase();
  switch (scheme) {
    case 'sqlite':
      return { kind: 'sqlite', path: resolve(folder, pathOf(text, name)) };
    case 'postgres':
    case 'postgresql':
      return postgresLocation(text, name);
    case 'redis':
    case 'rediss':
    case 'valkey':
    case 'valkeys':
      return redisLocation(text, name);
    default:
      throw wrong(
        name,
        'has the form "sqlite:PATH", "postgres://…" or "redis://…", such as "sqlite:data/tidelock.db".',
      );
  }
}

/** A location as it may be logged and shown: no password, and of the parameters, which can have one, what tells stores apart. */
export function describeStore(location: StoreLocation): string {
  if (location.kind === 'sqlite') return location.path;
  const [, scheme, login, hosts, path = ''] = urlPattern.exec(location.url)!;
  // A user of Redis may as well be a password that somebody put into its place.
  const masked = location.kind === 'redis' ? '***' : login?.replace(/:.*/, ':***');
  const shown = login === undefined ? '' : `${masked}@`;
  return `${scheme}://${shown}${hosts}${path}${shownOptionOf(location)}`;
}

function shownOptionOf({ kind, options }: PostgresLocation | RedisLocation): string {
  const name = kind === 'postgres' ? options.schema : options.prefix;
  return name === undefined ? '' : `?${kind === 'postgres' ? 'schema' : 'prefix'}=${name}`;
}

/** Whether processes on several machines can use it, so that no folder of one of them is a place for its keys. */
export function isShared({ kind }: StoreLocation): boolean {
  return kind !== 'sqlite';
}

function pathOf(text: string, name: string): string {
  const path = text.slice('sqlite:'.length);
  if (path === '' || path.length > pathLengthMax || path.includes('\0'))
    throw wrong(name, `names a file after "sqlite:", in ${pathLengthMax} characters at most.`);
  if (path === ':memory:')
    throw wrong(name, 'names a file: a store in memory would forget everybody at the next start.');
  return path;
}

function postgresLocation(text: string, name: string): PostgresLocation {
  const { url, parameters } = splitUrl(text, name, 'postgres://user:password@host/database');
  const options = takeParameters(parameters, {
    schema: String,
    timeoutSeconds: Number,
    connections: Number,
    preparedStatements: readBoolean,
    sharded: readBoolean,
  });
  return { kind: 'postgres', url: `${url}${queryOf(parameters)}`, options };
}

function redisLocation(text: string, name: string): RedisLocation {
  const { url, parameters } = splitUrl(text, name, 'redis://user:password@host:6379/0');
  const options = takeParameters(parameters, {
    prefix: String,
    timeoutSeconds: Number,
    // One that is neither is refused by the store.
    durability: (given) => given as Durability,
    replicas: Number,
    sharded: readBoolean,
  });
  return { kind: 'redis', url: `${url}${queryOf(parameters)}`, options };
}

interface SplitUrl {
  readonly url: string;
  readonly parameters: URLSearchParams;
}

/** SECURITY: a password that is not percent-encoded can end up in another part of the URL, and from there in a log. */
function splitUrl(text: string, name: string, form: string): SplitUrl {
  const found = text.length > urlLengthMax ? null : urlPattern.exec(text);
  const [, scheme = '', , hosts = '', , query = ''] = found ?? [];
  const isHost = (host: string): boolean => host !== '' && URL.canParse(`${scheme}://${host}/`);
  // Without a host there is the folder of a socket in the query.
  const isSomewhere = hosts === '' ? new URLSearchParams(query).has('host') : hosts.split(',').every(isHost);
  if (found === null || !isSomewhere)
    throw wrong(
      name,
      `has the form "${form}"; in user and password, characters such as "@", "/", "?", "#" and "%" are percent-encoded.`,
    );
  return { url: text.split('?', 1)[0]!, parameters: new URLSearchParams(query) };
}

/** Takes out what is for the store, by the names of its options; what is left is for the driver. */
function takeParameters<Options extends Record<string, (text: string) => unknown>>(
  parameters: URLSearchParams,
  readers: Options,
): { readonly [Name in keyof Options]?: ReturnType<Options[Name]> } {
  const taken: Record<string, unknown> = {};
  for (const [name, read] of Object.entries(readers)) {
    const text = parameters.get(name);
    parameters.delete(name);
    if (text !== null) taken[name] = read(text);
  }
  return taken as { readonly [Name in keyof Options]?: ReturnType<Options[Name]> };
}

/** What is neither is left for the store to refuse. */
function readBoolean(text: string): boolean {
  return (text === 'true' || text === 'false' ? text === 'true' : text) as boolean;
}

function queryOf(parameters: URLSearchParams): string {
  return parameters.size === 0 ? '' : `?${parameters.toString()}`;
}
