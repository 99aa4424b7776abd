import { describe, expect, test } from 'vitest';
import { enrollPerson, openApiWorld, requestOf } from '../testing/api-world.ts';
import { createApi } from './create-api.ts';
import type { Meter } from './request-metrics.ts';

/** A meter that keeps what is recorded. */
function watchedMeter() {
  const recorded: { readonly name: string; readonly value: number; readonly attributes: object }[] = [];
  const meter: Meter = {
    createHistogram: (name) => ({
      record: (value, attributes) => void recorded.push({ name, value, attributes }),
    }),
  };
  return { recorded, meter };
}

const verify = '/v1/accounts/{account}/verify';

describe('the metrics of requests', () => {
  test('each answer is recorded once, by its route, its status and the code of its problem', async () => {
    const { recorded, meter } = watchedMeter();
    const world = await openApiWorld({ api: { meter } });
    const alice = await enrollPerson(world, 'alice');
    recorded.length = 0;
    await world.send('POST', `${alice.path}/verify`, { body: { code: '123456' } });
    await world.send('POST', `${alice.path}/verify`, {
      body: { code: alice.code(), ticket: await alice.ticket('login') },
    });
    await world.send('GET', '/nothing');
    const attributes = (route: string, method: string, status: number, problem?: string) => ({
      'http.request.method': method,
      'http.route': route,
      'http.response.status_code': status,
      ...(problem === undefined ? {} : { 'error.type': problem }),
    });
    expect(recorded.map((each) => each.attributes)).toEqual([
      attributes(verify, 'POST', 403, 'web/code-rejected'),
      attributes('/v1/accounts/{account}/challenges', 'POST', 201),
      attributes(verify, 'POST', 200),
      attributes('unknown', 'GET', 404, 'web/not-found'),
    ]);
    for (const { name, value } of recorded) {
      expect(name).toBe('http.server.request.duration');
      expect(value).toBeGreaterThan(0);
      expect(value).toBeLessThan(10);
    }
  });

  test('C15 rule 9: nothing that a caller wrote is in an attribute, and a replay or an unknown account looks like any wrong code', async () => {
    const { recorded, meter } = watchedMeter();
    const world = await openApiWorld({ api: { meter } });
    const alice = await enrollPerson(world, 'canary-account');
    const code = alice.code();
    await world.send('POST', `${alice.path}/verify`, { body: { code, ticket: await alice.ticket('login') } });
    recorded.length = 0;
    for (const path of [alice.path, alice.path, '/v1/accounts/canary-nobody'])
      await world.send('POST', `${path}/verify`, { body: { code } });
    const looks = recorded.map((each) => JSON.stringify(each.attributes));
    expect(new Set(looks).size).toBe(1);
    await world.send('POST', '/v1/accounts/a/verify', { body: '{"code":"canary-code' });
    await world.send('GET', '/canary-path?canary=query', { headers: { 'user-agent': 'canary-agent' } });
    await world.api.fetch(requestOf('CANARY', '/v1/accounts/a/verify', {}));
    expect(recorded.at(-1)!.attributes).toMatchObject({
      'http.request.method': '_OTHER',
      'http.route': 'unknown',
    });
    expect(JSON.stringify(recorded).toLowerCase()).not.toContain('canary');
    expect(JSON.stringify(recorded)).not.toContain(code);
    expect(JSON.stringify(recorded)).not.toContain('acme');
  });

  test('F1 a meter that throws changes no answer', async () => {
    const meter: Meter = {
      createHistogram: () => ({
        record() {
          throw new Error('full');
        },
      }),
    };
    const world = await openApiWorld({ api: { meter } });
    expect((await world.send('GET', '/livez')).status).toBe(200);
    expect((await world.send('GET', '/nothing')).status).toBe(404);
  });
});

describe('GET /metrics', () => {
  test('answers the text that it is given, without an API key', async () => {
    const { api } = await openApiWorld({ api: { metrics: async () => 'tidelock_messages_total 3\n' } });
    const response = await api.fetch(requestOf('GET', '/metrics', {}));
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.text()).toBe('tidelock_messages_total 3\n');
  });

  test('C12 an address that asks for it without end is told to wait, and the others are not', async () => {
    const { api } = await openApiWorld({ api: { metrics: async () => '' } });
    const statusOf = async (remoteAddress: string) =>
      (await api.fetch(requestOf('GET', '/metrics', {}), { remoteAddress })).status;
    const statuses: number[] = [];
    for (let turn = 0; turn < 200; turn += 1) statuses.push(await statusOf('203.0.113.7'));
    expect(statuses[0]).toBe(200);
    expect(statuses).toContain(429);
    expect(await statusOf('203.0.113.8')).toBe(200);
  });

  test('is no call where there are no metrics, and a fault where they cannot be made', async () => {
    const without = await openApiWorld();
    const reply = await without.send('GET', '/metrics', { key: null });
    expect([reply.status, reply.problem]).toEqual([404, 'not-found']);
    const failing = await openApiWorld({
      api: {
        metrics: async () => {
          throw new Error('canary');
        },
      },
    });
    const fault = await failing.send('GET', '/metrics', { key: null });
    expect([fault.status, fault.problem, fault.text.includes('canary')]).toEqual([500, 'internal', false]);
  });

  test('a meter or metrics of another kind are refused', async () => {
    const { tidelock } = await openApiWorld();
    expect(() => createApi({ tidelock, meter: {} as never })).toThrow(TypeError);
    expect(() => createApi({ tidelock, metrics: 'text' as never })).toThrow(TypeError);
  });
});
