import { createTidelock, keyRing } from '@tidelock/engine';
import { memoryStore } from '@tidelock/engine/testing';
import { describe, expect, test } from 'vitest';
import { createApi, type ApiOptions } from './create-api.ts';
import { openApiWorld } from '../testing/api-world.ts';

const keys = keyRing('test:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=');

describe('createApi', () => {
  test('refuses options that are wrong, and names that it does not know', () => {
    const tidelock = createTidelock({ issuer: 'Acme', store: memoryStore(), keys });
    const wrong: readonly object[] = [
      {},
      { tidelock: null },
      { tidelock: {} },
      { tidelock, trustproxy: true },
      { tidelock, trustProxy: 'yes' },
      { tidelock, logger: console.log },
      { tidelock, version: 1 },
    ];
    for (const options of wrong) expect(() => createApi(options as unknown as ApiOptions)).toThrow(TypeError);
    expect(() => createApi({ tidelock, logger: console, trustProxy: false, version: '1.0.0' })).not.toThrow();
  });

  test('a path that does not exist is a 404, another method of one that does a 405 with Allow', async () => {
    const { send } = await openApiWorld();
    for (const path of [
      '/',
      '/v1',
      '/v1/accounts',
      '/v1/accounts/',
      '/v1/accounts/a/',
      '/v1/events/',
      '/V1/events',
    ]) {
      const reply = await send('GET', path);
      expect([path, reply.status, reply.problem]).toEqual([path, 404, 'not-found']);
    }
    const reply = await send('GET', '/v1/accounts/a/verify');
    expect([reply.status, reply.problem, reply.headers.get('allow')]).toEqual([
      405,
      'method-not-allowed',
      'POST',
    ]);
    const factor = await send('PUT', '/v1/accounts/a/factors/f', { body: {} });
    expect(factor.headers.get('allow')).toBe('PATCH, DELETE');
  });

  test('C25 no method override, no GET that changes anything, and no answer for another site to read', async () => {
    const world = await openApiWorld();
    const overriding = { 'x-http-method-override': 'DELETE', 'x-method-override': 'DELETE' };
    const reply = await world.send('GET', '/v1/accounts/alice?_method=DELETE', { headers: overriding });
    expect([reply.status, reply.body['status']]).toEqual([200, 'none']);
    for (const { method, path } of world.api.routes) {
      if (method === 'GET') continue;
      const target = path.replaceAll(/\{\w+\}/g, 'x');
      const got = await world.send('GET', target, { headers: overriding });
      // Where the path is read by a GET of its own, it is read, and the log below says that nothing else was done.
      const isRead = world.api.routes.some((route) => route.method === 'GET' && route.path === path);
      expect(isRead ? [200] : [404, 405]).toContain(got.status);
      const preflight = await world.send('OPTIONS', target, {
        key: null,
        headers: { origin: 'https://evil.example', 'access-control-request-method': method },
      });
      expect(preflight.status).toBe(405);
      const names = [...preflight.headers.keys(), ...got.headers.keys()];
      expect(names.filter((name) => name.startsWith('access-control-'))).toEqual([]);
    }
    expect((await world.tidelock.forTenant('acme').events(null)).items).toEqual([]);
  });

  test('every answer is no-store, nosniff and framed by nobody', async () => {
    const { send } = await openApiWorld();
    const replies = [
      await send('GET', '/livez'),
      await send('GET', '/v1/accounts/alice'),
      await send('POST', '/v1/accounts/alice/factors', { body: { kind: 'totp' } }),
      await send('POST', '/v1/accounts/alice/verify', { body: {} }),
      await send('GET', '/v1/accounts/alice', { key: null }),
      await send('GET', '/nothing'),
      await send('GET', '/openapi.json'),
    ];
    for (const { headers } of replies) {
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'");
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    }
    expect(new Set(replies.map(({ headers }) => headers.get('x-request-id'))).size).toBe(replies.length);
  });

  test('HEAD answers as GET does, without a body', async () => {
    const { send } = await openApiWorld();
    const reply = await send('HEAD', '/v1/accounts/alice');
    expect([reply.status, reply.text]).toEqual([200, '']);
    expect((await send('HEAD', '/v1/accounts/alice', { key: null })).status).toBe(401);
  });
});
