import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { onTestFinished } from 'vitest';

/**
 * A server that speaks as much of Vault's HTTP API as its documentation says of Transit: `POST /v1/<mount>/decrypt/<name>` and
 * `/datakey/wrapped/<name>`, the header `X-Vault-Token`, JSON bodies, `{ "data": … }` and, from 400 on, `{ "errors": […] }`.
 */
export interface TransitServer {
  readonly address: string;
  readonly token: string;
  /** What it was asked, without bodies. */
  readonly asked: string[];
  /** What it answers from now on, in place of its own answer; null for its own. */
  fault: ((request: IncomingMessage, response: ServerResponse) => void) | null;
  /** Wraps bytes as `encrypt` would. */
  wrap(bytes: Uint8Array): string;
  close(): Promise<void>;
}

const keyName = 'tidelock';

export async function startTransitServer(): Promise<TransitServer> {
  const key = randomBytes(32);
  const token = `hvs.${randomBytes(24).toString('base64url')}`;
  const server = createServer((request, response) => void handle(request, response));
  const transit: TransitServer = {
    address: '',
    token,
    asked: [],
    fault: null,
    wrap(bytes) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      const body = Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
      return `vault:v1:${body.toString('base64')}`;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  const unwrap = (ciphertext: string): Buffer => {
    const body = Buffer.from(ciphertext.replace(/^vault:v1:/, ''), 'base64');
    const decipher = createDecipheriv('aes-256-gcm', key, body.subarray(0, 12));
    decipher.setAuthTag(body.subarray(-16));
    return Buffer.concat([decipher.update(body.subarray(12, -16)), decipher.final()]);
  };
  const answer = (path: string | undefined, body: Record<string, unknown>): readonly [number, object] => {
    if (path === `/v1/transit/decrypt/${keyName}`) {
      if (typeof body['ciphertext'] !== 'string' || !body['ciphertext'].startsWith('vault:v1:'))
        return [400, { errors: ['invalid ciphertext: no prefix'] }];
      try {
        return [200, { data: { plaintext: unwrap(body['ciphertext']).toString('base64') } }];
      } catch {
        return [400, { errors: ['cipher: message authentication failed'] }];
      }
    }
    if (path === `/v1/transit/datakey/wrapped/${keyName}`)
      return [200, { data: { ciphertext: transit.wrap(randomBytes(Number(body['bits'] ?? 256) / 8)) } }];
    return [404, { errors: [`no handler for route "${path}"`] }];
  };
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    transit.asked.push(`${request.method} ${request.url}`);
    if (transit.fault !== null) return transit.fault(request, response);
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const isAllowed = request.headers['x-vault-token'] === token;
    const [status, body] =
      request.method !== 'POST'
        ? [405, { errors: ['unsupported operation'] }]
        : isAllowed
          ? answer(request.url, JSON.parse(text) as Record<string, unknown>)
          : [403, { errors: ['permission denied'] }];
    sayJson(response, status, body);
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const place = server.address();
  if (place === null || typeof place === 'string') throw new Error('The server has no port.');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return Object.assign(transit, { address: `http://127.0.0.1:${place.port}` });
}

/** An answer as Vault gives it. */
export function sayJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
