import { resolve } from 'node:path';
import { wrong } from './environment.ts';

/** Where accounts are kept. */
export type StoreLocation =
  | { readonly kind: 'sqlite'; /** Absolute. */ readonly path: string }
  /** SECURITY: there may be a password in a URL; {@link describeStore} is what may be shown of it. */
  | { readonly kind: 'postgres'; readonly url: string; readonly schema: string | null };

const pathLengthMax = 4096; // PATH_MAX of Linux
const urlLengthMax = 4096;

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
      throw wrong(name, `names a ${scheme} store, which this build has not: use "sqlite:PATH".`);
    default:
      throw wrong(name, 'has the form "sqlite:PATH" or "postgres://…", such as "sqlite:data/tidelock.db".');
  }
}

/** A location as it may be logged and shown: no password, and no parameters, which can have one. */
export function describeStore(location: StoreLocation): string {
  if (location.kind === 'sqlite') return location.path;
  const { protocol, username, password, host, pathname } = new URL(location.url);
  const user = username === '' && password === '' ? '' : `${username}${password === '' ? '' : ':***'}@`;
  const schema = location.schema === null ? '' : `?schema=${location.schema}`;
  return `${protocol}//${user}${host}${pathname}${schema}`;
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

function postgresLocation(text: string, name: string): StoreLocation {
  const url = urlOf(text, name, 'postgres://user:password@host/database');
  // Ours, and nothing that the driver knows.
  const schema = url.searchParams.get('schema');
  url.searchParams.delete('schema');
  return { kind: 'postgres', url: url.href, schema };
}

/** SECURITY: a password that is not percent-encoded can end up in another part of the URL, and from there in a log. */
function urlOf(text: string, name: string, form: string): URL {
  const url = URL.canParse(text) && text.length <= urlLengthMax ? new URL(text) : null;
  if (url === null || url.host === '' || url.hash !== '' || `${url.pathname}${url.search}`.includes('@'))
    throw wrong(
      name,
      `has the form "${form}"; in user and password, characters such as "@", "/", "?", "#" and "%" are percent-encoded.`,
    );
  return url;
}
