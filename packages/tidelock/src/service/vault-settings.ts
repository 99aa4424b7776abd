import { resolve } from 'node:path';
import { valueOf, wrong, type Environment } from './environment.ts';

/** Where HashiCorp Vault's Transit engine is, which has wrapped master keys. */
export interface VaultSettings {
  /** `https://…`, or `http://…` on this machine; it ends in a slash. */
  readonly address: string;
  /** Where the Transit engine is mounted. */
  readonly mount: string;
  /** The name of the Transit key. */
  readonly keyName: string;
  /** SECURITY: the token itself, or the file that it stands in, which is read when it is needed. */
  readonly token: { readonly text: string } | { readonly path: string };
}

export const vaultNames: readonly string[] = [
  'TIDELOCK_VAULT_ADDR',
  'TIDELOCK_VAULT_KEY',
  'TIDELOCK_VAULT_MOUNT',
  'TIDELOCK_VAULT_TOKEN',
  'TIDELOCK_VAULT_TOKEN_FILE',
];

const namePattern = /^[A-Za-z0-9_-](?:[A-Za-z0-9_.-]{0,126}[A-Za-z0-9_-])?$/;
const tokenPattern = /^[\x21-\x7e]{1,1024}$/;
const mountParts = 8;

/** Null where none of the variables is set. @throws ServiceError `service/setting` */
export function readVault(environment: Environment, folder: string): VaultSettings | null {
  const named = (name: string) => valueOf(environment, `TIDELOCK_VAULT_${name}`);
  const [address, keyName, mount] = [named('ADDR'), named('KEY'), named('MOUNT')];
  const [token, tokenPath] = [named('TOKEN'), named('TOKEN_FILE')];
  if ([address, keyName, mount, token, tokenPath].every((value) => value === null)) return null;
  if (address === null)
    throw wrong('TIDELOCK_VAULT_ADDR', 'says where the vault is, such as https://vault.example:8200.');
  if (keyName === null || !namePattern.test(keyName))
    throw wrong('TIDELOCK_VAULT_KEY', 'names the key of the Transit engine: letters, digits, "_", "-", ".".');
  return {
    address: readAddress(address),
    mount: readMount(mount ?? 'transit'),
    keyName,
    token: readTokenSource(token, tokenPath, folder),
  };
}

function readAddress(text: string): string {
  const url = URL.parse(text);
  const isPlain =
    url !== null && url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  // SECURITY: C16, the token and the keys themselves go there: in clear on this machine only.
  if (!isPlain || (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))))
    throw wrong(
      'TIDELOCK_VAULT_ADDR',
      'is an https:// address without user and query; http:// is for this machine alone.',
    );
  return url.href.endsWith('/') ? url.href : `${url.href}/`;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(?:[.]\d{1,3}){3}$/.test(host);
}

function readMount(text: string): string {
  const parts = text.split('/');
  if (parts.length > mountParts || !parts.every((part) => namePattern.test(part)))
    throw wrong('TIDELOCK_VAULT_MOUNT', 'is the path of the Transit engine, such as "transit".');
  return text;
}

function readTokenSource(text: string | null, path: string | null, folder: string): VaultSettings['token'] {
  if ((text === null) === (path === null))
    throw wrong('TIDELOCK_VAULT_TOKEN', 'or TIDELOCK_VAULT_TOKEN_FILE is set, one of them.');
  if (path !== null) return { path: resolve(folder, path) };
  if (!tokenPattern.test(text!)) throw wrong('TIDELOCK_VAULT_TOKEN', 'is no token of Vault.');
  return { text: text! };
}
