import { readFile } from 'node:fs/promises';
import { ServiceError } from '../service-error.ts';
import { errnoOf } from './errno.ts';
import type { VaultSettings } from './vault-settings.ts';

/** What Tidelock asks of HashiCorp Vault's Transit engine. */
export interface VaultTransit {
  /** The bytes of a data key that it has wrapped (`vault:v1:…`). @throws ServiceError `service/vault` */
  unwrap(wrapped: string): Promise<Uint8Array>;
  /** A new data key of 32 bytes, wrapped: the plaintext never leaves the vault. @throws ServiceError `service/vault` */
  newWrappedKey(): Promise<string>;
}

export interface VaultTransitOptions {
  /** How long an answer may take. */
  readonly timeoutSeconds?: number;
}

const answerBytesMax = 64 * 1024;
const defaultTimeoutSeconds = 10;

/**
 * Speaks Vault's HTTP API, version 1 (Transit: `decrypt`, `datakey/wrapped`). SECURITY: C16, neither token nor key stands in
 * an error, and nothing that the vault wrote does: a proxy before it may repeat what it was sent.
 */
export function createVaultTransit(
  settings: VaultSettings,
  { timeoutSeconds = defaultTimeoutSeconds }: VaultTransitOptions = {},
): VaultTransit {
  const ask = async (call: string, body: object): Promise<unknown> => {
    const url = `${settings.address}v1/${settings.mount}/${call}/${settings.keyName}`;
    const token = await readToken(settings);
    const signal = AbortSignal.timeout(timeoutSeconds * 1000);
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'X-Vault-Token': token, 'X-Vault-Request': 'true', 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
        // SECURITY: followed, the token would go wherever an answer says.
        redirect: 'manual',
        signal,
      });
      if (response.status !== 200) {
        await response.body?.cancel();
        throw refusal(response.status, call, settings);
      }
      return dataOf(await readText(response));
    } catch (error) {
      if (error instanceof ServiceError) throw error;
      throw new ServiceError('service/vault', whyUnreachable(error, signal, timeoutSeconds));
    }
  };

  return {
    async unwrap(wrapped) {
      const { plaintext } = (await ask('decrypt', { ciphertext: wrapped })) as { plaintext?: unknown };
      if (typeof plaintext !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/.test(plaintext)) throw malformed();
      return Buffer.from(plaintext, 'base64');
    },
    async newWrappedKey() {
      const { ciphertext } = (await ask('datakey/wrapped', { bits: 256 })) as { ciphertext?: unknown };
      if (typeof ciphertext !== 'string' || !/^vault:v[1-9]\d*:[A-Za-z0-9+/]+={0,2}$/.test(ciphertext))
        throw malformed();
      return ciphertext;
    },
  };
}

async function readToken({ token }: VaultSettings): Promise<string> {
  if ('text' in token) return token.text;
  let text: string;
  try {
    text = (await readFile(token.path, 'utf8')).trim();
  } catch (error) {
    throw new ServiceError(
      'service/vault',
      `The file of TIDELOCK_VAULT_TOKEN_FILE cannot be read (${errnoOf(error) ?? 'unknown'}).`,
    );
  }
  if (!/^[\x21-\x7e]{1,1024}$/.test(text))
    throw new ServiceError('service/vault', 'The file of TIDELOCK_VAULT_TOKEN_FILE holds no token.');
  return text;
}

function refusal(status: number, call: string, { mount, keyName }: VaultSettings): ServiceError {
  const path = `${mount}/${call}/${keyName}`;
  const explained: Readonly<Record<number, string>> = {
    400: `It refuses the request: look whether TIDELOCK_VAULT_KEY names the Transit key ("${keyName}") that has wrapped the key, in this vault.`,
    403: `It refuses the token: it has run out, or its policy does not allow "update" on ${path}.`,
    404: `It has no ${path}: look at TIDELOCK_VAULT_MOUNT and TIDELOCK_VAULT_KEY.`,
    501: 'It is not initialised.',
    503: 'It is sealed or in maintenance: unseal it, then start again.',
  };
  const isRedirect = status >= 300 && status < 400;
  const what = isRedirect
    ? 'It sends elsewhere, which is not followed: set TIDELOCK_VAULT_ADDR to the active node, or to a balancer before it.'
    : (explained[status] ?? 'Look at its log.');
  return new ServiceError('service/vault', `${what} (HTTP ${status})`);
}

function malformed(): ServiceError {
  return new ServiceError(
    'service/vault',
    'Its answer is not one of the Transit engine: look whether TIDELOCK_VAULT_ADDR is a HashiCorp Vault.',
  );
}

function dataOf(text: string): object {
  let answer: { readonly data?: unknown } | null;
  try {
    answer = JSON.parse(text) as { readonly data?: unknown } | null;
  } catch {
    throw malformed();
  }
  const data = answer?.data;
  if (typeof data !== 'object' || data === null) throw malformed();
  return data;
}

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > answerBytesMax) throw malformed();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function whyUnreachable(error: unknown, signal: AbortSignal, timeoutSeconds: number): string {
  if (signal.aborted) return `It did not answer within ${timeoutSeconds} seconds.`;
  const cause = error instanceof Error ? error.cause : undefined;
  const code = errnoOf(cause) ?? errnoOf(error) ?? 'no connection';
  const isTls = /CERT|TLS|SSL|SELF_SIGNED|ISSUER/.test(code);
  return isTls
    ? `Its certificate is not trusted (${code}): name your authority in NODE_EXTRA_CA_CERTS.`
    : `It cannot be reached at TIDELOCK_VAULT_ADDR (${code}).`;
}
