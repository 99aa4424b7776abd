import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import { temporaryFolder, tidelock } from '../../test-programs/run-command.ts';
import { startService } from '../../test-programs/start-service.ts';
import { sayJson, startTransitServer, type TransitServer } from '../../test-programs/transit-server.ts';
import { openKeys } from './open-key-ring.ts';
import { readSettings, type Environment } from './settings.ts';
import { createVaultTransit } from './vault-transit.ts';

const environmentOf = ({ address, token }: TransitServer): Record<string, string> => ({
  TIDELOCK_VAULT_ADDR: address,
  TIDELOCK_VAULT_KEY: 'tidelock',
  TIDELOCK_VAULT_TOKEN: token,
});

const vaultOf = (environment: Environment) => readSettings(environment, '/').vault!;

/** What opening this ring ends in. */
async function faultOf(environment: Environment, keys: string): Promise<{ code: string; message: string }> {
  return openKeys({ vault: readSettings(environment, '/').vault }, keys).then(
    () => ({ code: 'opened', message: '' }),
    (error: unknown) => error as { code: string; message: string },
  );
}

describe('CRYP-06 a master key that Vault has wrapped', () => {
  test('is made by Vault, unwrapped once at the start, and stands beside plain ones in a ring', async () => {
    const server = await startTransitServer();
    const vault = vaultOf(environmentOf(server));
    const wrapped = await createVaultTransit(vault).newWrappedKey();
    const plain = `plain:${randomBytes(32).toString('base64')}`;
    const ring = await openKeys({ vault }, `a:${wrapped},${plain}`);
    expect(ring.keys.map(({ id }) => id)).toEqual(['a', 'plain']);
    expect(server.asked).toEqual([
      'POST /v1/transit/datakey/wrapped/tidelock',
      'POST /v1/transit/decrypt/tidelock',
    ]);
  });

  test('serves: init, service, status; Vault is asked once a start and by no request, and may be gone by then', async () => {
    const server = await startTransitServer();
    const folder = temporaryFolder();
    const vault = environmentOf(server);
    const made = await tidelock(['keys', 'new', '--vault', '--id', 'v'], { folder, environment: vault });
    expect(made.output).toMatch(/^v:vault:v1:[A-Za-z0-9+/=]+\n$/);
    const environment = { ...vault, TIDELOCK_KEYS: made.output.trim() };
    const begun = await tidelock(['init', '--json'], { folder, environment });
    const { apiKey } = JSON.parse(begun.output) as { apiKey: string };
    const before = server.asked.length;
    const service = await startService({ folder, environment });
    expect(server.asked.length - before).toBe(1);
    server.fault = (_, response) => sayJson(response, 503, { errors: ['Vault is sealed'] });
    const enrolled = await fetch(`${service.url}/v1/accounts/alice/factors`, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ kind: 'totp', accountName: 'alice' }),
    });
    expect(enrolled.status).toBe(201);
    expect(server.asked.length - before).toBe(1);
    const again = await tidelock(['keys', 'status'], { folder, environment });
    expect([again.status, again.errors]).toEqual([3, expect.stringContaining('unseal it')]);
    for (const secret of [server.token, made.output.trim()])
      expect(again.errors + service.written.output + service.written.errors).not.toContain(secret);
  });

  test('the token may come from a file, which is read at each start', async () => {
    const server = await startTransitServer();
    const path = join(temporaryFolder(), 'token');
    const { TIDELOCK_VAULT_TOKEN: _, ...rest } = environmentOf(server);
    const environment = { ...rest, TIDELOCK_VAULT_TOKEN_FILE: path };
    const keys = `a:${server.wrap(randomBytes(32))}`;
    expect(await faultOf(environment, keys)).toMatchObject({
      code: 'service/vault',
      message: expect.stringContaining('ENOENT'),
    });
    writeFileSync(path, `${server.token}\n`);
    expect((await faultOf(environment, keys)).code).toBe('opened');
    writeFileSync(path, 'two words');
    expect((await faultOf(environment, keys)).message).toContain('holds no token');
  });
});

type Fault = (request: IncomingMessage, response: ServerResponse) => void;
const says =
  (status: number, body: object): Fault =>
  (_, response) =>
    sayJson(response, status, body);

describe('CRYP-07 rule 3 it does not start where Vault does not give the keys, and says what to do', () => {
  const elsewhere = says(200, { data: { plaintext: 'AAAA' } });
  test.each<readonly [string, Fault, string]>([
    ['403', says(403, { errors: ['permission denied'] }), 'refuses the token'],
    ['400', says(400, { errors: ['encryption key not found'] }), 'TIDELOCK_VAULT_KEY'],
    ['404', says(404, { errors: ['no handler for route'] }), 'TIDELOCK_VAULT_MOUNT'],
    ['503, sealed', says(503, { errors: ['Vault is sealed'] }), 'unseal it'],
    ['501', says(501, { errors: ['Vault is not initialized'] }), 'not initialised'],
    ['500', says(500, { errors: ['internal error'] }), 'HTTP 500'],
    ['200 and no data', says(200, { errors: [] }), 'not one of the Transit engine'],
    ['200 and no base64', says(200, { data: { plaintext: '{"key":1}' } }), 'not one of the Transit engine'],
    ['200 and a number', says(200, { data: { plaintext: 5 } }), 'not one of the Transit engine'],
    ['200 and HTML', (_, response) => void response.end('<html>login'), 'not one of the Transit engine'],
    [
      'an answer without an end',
      (_, response) => {
        const more = () => void response.write('x'.repeat(10_000), () => response.destroyed || more());
        more();
      },
      'not one of the Transit engine',
    ],
    ['a connection that breaks', (request) => void request.socket.destroy(), 'cannot be reached'],
    ['a key of 3 bytes', elsewhere, 'has 3 bytes; it takes 32'],
    [
      'a key of zeros',
      says(200, { data: { plaintext: Buffer.alloc(32).toString('base64') } }),
      'all its bytes are the same',
    ],
  ])('%s', async (_, fault, advice) => {
    const server = await startTransitServer();
    const wrapped = server.wrap(randomBytes(32));
    server.fault = fault;
    const { code, message } = await faultOf(environmentOf(server), `a:${wrapped}`);
    expect(code).toMatch(/^(service\/vault|keys\/malformed|keys\/weak)$/);
    expect(message).toContain(advice);
    for (const secret of [server.token, wrapped, 'internal error']) expect(message).not.toContain(secret);
  });

  test('a key that another vault has wrapped, and a wrong token', async () => {
    const [server, other] = [await startTransitServer(), await startTransitServer()];
    const keys = `a:${other.wrap(randomBytes(32))}`;
    expect((await faultOf(environmentOf(server), keys)).message).toContain('TIDELOCK_VAULT_KEY');
    const environment = { ...environmentOf(server), TIDELOCK_VAULT_TOKEN: 'hvs.wrong' };
    expect((await faultOf(environment, keys)).message).toContain('refuses the token');
  });

  test('C16 a redirect is not followed: the token goes nowhere else', async () => {
    const [server, thief] = [await startTransitServer(), await startTransitServer()];
    server.fault = (request, response) =>
      void response.writeHead(307, { location: `${thief.address}${request.url}` }).end();
    const { message } = await faultOf(environmentOf(server), `a:${thief.wrap(randomBytes(32))}`);
    expect(message).toContain('sends elsewhere');
    expect(thief.asked).toEqual([]);
  });

  test('one that does not answer is given up after the time limit', async () => {
    const server = await startTransitServer();
    server.fault = () => undefined;
    const transit = createVaultTransit(vaultOf(environmentOf(server)), { timeoutSeconds: 0.2 });
    await expect(transit.unwrap(server.wrap(randomBytes(32)))).rejects.toMatchObject({
      message: expect.stringContaining('did not answer within 0.2 seconds'),
    });
  });

  test('one that is down, and none at all', async () => {
    const server = await startTransitServer();
    const keys = `a:${server.wrap(randomBytes(32))}`;
    await server.close();
    expect((await faultOf(environmentOf(server), keys)).message).toContain('ECONNREFUSED');
    expect(await faultOf({}, keys)).toMatchObject({
      code: 'service/vault',
      message: expect.stringContaining('set TIDELOCK_VAULT_ADDR'),
    });
  });
});

test('C16 the settings: https, or http on this machine alone; half a setting is none; no value is repeated', () => {
  const good = {
    TIDELOCK_VAULT_ADDR: 'https://vault.example:8200',
    TIDELOCK_VAULT_KEY: 'tidelock',
    TIDELOCK_VAULT_TOKEN: 'hvs.canary',
  };
  expect(vaultOf(good)).toEqual({
    address: 'https://vault.example:8200/',
    mount: 'transit',
    keyName: 'tidelock',
    token: { text: 'hvs.canary' },
  });
  expect(vaultOf({ ...good, TIDELOCK_VAULT_ADDR: 'http://[::1]:8200/v' }).address).toBe(
    'http://[::1]:8200/v/',
  );
  const bad: Environment[] = [
    { ...good, TIDELOCK_VAULT_ADDR: 'http://vault.example:8200' },
    { ...good, TIDELOCK_VAULT_ADDR: 'http://127.0.0.1.example:8200' },
    { ...good, TIDELOCK_VAULT_ADDR: 'https://user:hvs.canary@vault.example' },
    { ...good, TIDELOCK_VAULT_ADDR: 'vault.example' },
    { ...good, TIDELOCK_VAULT_ADDR: '' },
    { ...good, TIDELOCK_VAULT_KEY: '../sys/seal' },
    { ...good, TIDELOCK_VAULT_KEY: '' },
    { ...good, TIDELOCK_VAULT_MOUNT: '../sys' },
    { ...good, TIDELOCK_VAULT_TOKEN: '' },
    { ...good, TIDELOCK_VAULT_TOKEN: 'hvs.canary and more' },
    { ...good, TIDELOCK_VAULT_TOKEN_FILE: '/run/token' },
  ];
  for (const environment of bad) {
    const read = () => readSettings(environment, '/');
    expect(read, JSON.stringify(environment)).toThrowError(
      /^A variable of the environment is wrong. TIDELOCK_VAULT/,
    );
    expect(read).not.toThrowError(/canary/);
  }
});
