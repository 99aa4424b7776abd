import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Totp } from '@tidelock/otp';
import { expect, test } from 'vitest';
import { startTidelock, temporaryFolder, tidelock } from '../../test-programs/run-command.ts';
import { shownApiKey, startService, type StartedService } from '../../test-programs/start-service.ts';

type Json = Record<string, unknown>;

function client({ url }: StartedService, apiKey: string) {
  return async (method: string, path: string, body?: unknown): Promise<{ status: number; body: Json }> => {
    const response = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Json };
  };
}

test('the first start makes everything that an application needs, and the second nothing', async () => {
  const folder = temporaryFolder();
  const service = await startService({ folder });
  const apiKey = shownApiKey(service.written);
  expect(await client(service, apiKey)('GET', '/v1/accounts/alice')).toMatchObject({
    status: 200,
    body: { status: 'none' },
  });
  service.signal('SIGTERM');
  expect(await service.ended).toBe(0);
  const again = await startService({ folder });
  expect(again.written.errors).toBe('');
  expect((await client(again, apiKey)('GET', '/v1/accounts/alice')).status).toBe(200);
});

test('C15 S02 S07 what is logged has no secret, no code, no key and no person', async () => {
  const folder = temporaryFolder();
  const service = await startService({ folder, environment: { TIDELOCK_LOG_LEVEL: 'debug' } });
  const apiKey = shownApiKey(service.written);
  const call = client(service, apiKey);
  const path = '/v1/accounts/canary-person';
  const enrolled = await call('POST', `${path}/factors`, { kind: 'totp' });
  const { secret, factor } = enrolled.body as { secret: string; factor: { id: string } };
  const code = new Totp(secret).generate();
  const activated = await call('POST', `${path}/factors/${factor.id}/activate`, { code });
  expect(activated.status).toBe(200);
  const ticket = (await call('POST', `${path}/challenges`, {})).body['ticket'] as string;
  expect((await call('POST', `${path}/verify`, { code, ticket })).status).toBe(403);
  const metrics = await (await fetch(`${service.url}/metrics`)).text();
  expect(metrics).toMatch(
    /^http_server_request_duration_count\{.*http_route="\/v1\/accounts\/\{account\}\/verify".*error_type="web\/code-rejected"\} 1$/m,
  );
  service.signal('SIGTERM');
  expect(await service.ended).toBe(0);
  const log = service.written.output;
  expect(log.split('\n').filter((line) => line.includes('"message":"request"'))).toHaveLength(5);
  for (const line of log.trim().split('\n')) expect(() => JSON.parse(line) as unknown).not.toThrow();
  const keys = readFileSync(join(folder, 'data/keys'), 'utf8').trim().split(':')[1]!;
  const canaries = [
    secret,
    apiKey,
    ticket,
    keys,
    'canary-person',
    ...(activated.body['backupCodes'] as string[]),
  ];
  for (const canary of canaries) expect(log + metrics).not.toContain(canary);
  expect(metrics).not.toMatch(new RegExp(`[=" ]${code}[" \n]`));
  expect(log).not.toMatch(new RegExp(`"${code}"`));
  expect(service.written.errors.match(new RegExp(apiKey, 'g'))).toHaveLength(1);
});

test('C16 neither key nor secret stands in any file but the keys file', async () => {
  const folder = temporaryFolder();
  const service = await startService({ folder });
  const apiKey = shownApiKey(service.written);
  const { secret } = (await client(service, apiKey)('POST', '/v1/accounts/a/factors', { kind: 'totp' })).body;
  service.signal('SIGTERM');
  await service.ended;
  const files = readdirSync(join(folder, 'data'));
  expect(files).toEqual(expect.arrayContaining(['keys', 'tidelock.db']));
  for (const name of files) {
    const content = readFileSync(join(folder, 'data', name), 'latin1');
    expect(content).not.toContain(apiKey);
    expect(content).not.toContain(secret);
  }
});

test('F1 killed anywhere in its first run, it carries on: same keys, one API key, which works', async () => {
  const folder = temporaryFolder();
  for (let pauseMs = 250; pauseMs < 700; pauseMs += 30) {
    const child = startTidelock(['serve'], { folder, environment: { PORT: '0' } });
    const ended = new Promise((resolve) => child.once('close', resolve));
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    child.kill('SIGKILL');
    await ended;
  }
  const service = await startService({ folder });
  const made = await tidelock(['api-key', 'list', '--json'], { folder });
  expect((JSON.parse(made.output) as { items: Json[] }).items).toHaveLength(1);
  expect(readdirSync(join(folder, 'data')).filter((name) => !name.startsWith('tidelock.db'))).toEqual([
    'keys',
  ]);
  const fresh = await tidelock(['api-key', 'new'], { folder });
  expect((await client(service, fresh.output.trim())('GET', '/v1/accounts/a')).status).toBe(200);
}, 60_000);

test('a port that is taken, a variable that is wrong and a lost store have their status and plain words', async () => {
  const folder = temporaryFolder();
  const service = await startService({ folder });
  const { port } = new URL(service.url);
  const taken = await tidelock(['serve'], { folder, environment: { PORT: port } });
  expect(taken).toMatchObject({ status: 3, output: '' });
  expect(taken.errors).toContain('set PORT to another number');
  const wrong = await tidelock(['serve'], { folder, environment: { PORT: 'http' } });
  expect(wrong).toMatchObject({ status: 2, output: '' });
  expect(wrong.errors).toContain('PORT is a number');
  const environment = { TIDELOCK_STORE: 'sqlite:elsewhere.db', TIDELOCK_KEYS: keysIn(folder) };
  const lost = await tidelock(['serve', '--json'], { folder, environment });
  expect(lost.status).toBe(3);
  expect(JSON.parse(lost.output)).toMatchObject({ error: { status: 3, code: 'store/not-initialised' } });
  expect(lost.errors).toContain('tidelock init');
  for (const { errors } of [taken, wrong, lost]) expect(errors).not.toContain('    at ');
  const traced = await tidelock(['serve'], { folder, environment: { PORT: 'http', TIDELOCK_DEBUG: '1' } });
  expect(traced.errors).toContain('    at ');
});

test('S02 enrollment over plain http is refused behind a proxy, unless the proxy is trusted and had https', async () => {
  const enroll = async (environment: Record<string, string>, proto: string) => {
    const service = await startService({ folder: temporaryFolder(), environment });
    const response = await fetch(`${service.url}/v1/accounts/a/factors`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${shownApiKey(service.written)}`,
        'content-type': 'application/json',
        'x-forwarded-proto': proto,
      },
      body: '{"kind":"totp"}',
    });
    return response.status;
  };
  expect(await enroll({}, 'https')).toBe(403);
  expect(await enroll({ TIDELOCK_TRUST_PROXY: 'true' }, 'https')).toBe(201);
  expect(await enroll({ TIDELOCK_TRUST_PROXY: 'true' }, 'http')).toBe(403);
});

function keysIn(folder: string): string {
  return readFileSync(join(folder, 'data/keys'), 'utf8').trim();
}
