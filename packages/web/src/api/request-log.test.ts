import { TidelockError } from '@tidelock/engine';
import { memoryStore, overrideStore } from '@tidelock/engine/testing';
import { describe, expect, test } from 'vitest';
import { enrollPerson, openApiWorld } from '../testing/api-world.ts';

describe('the log of requests', () => {
  test('has one line a request, with the pattern of the route and who called', async () => {
    const world = await openApiWorld();
    const { keyId } = (await world.tidelock.directory.listApiKeys())[0]!;
    const reply = await world.send('POST', '/v1/accounts/alice/verify', { body: { code: '123456' } });
    expect(world.lines).toEqual([
      {
        requestId: reply.headers.get('x-request-id'),
        method: 'POST',
        route: '/v1/accounts/{account}/verify',
        status: 403,
        problem: 'web/code-rejected',
        durationMs: expect.any(Number) as number,
        tenant: 'acme',
        keyId,
        message: 'request',
      },
    ]);
    await world.send('GET', '/v1/accounts/alice', { key: null });
    expect(world.lines[1]).toMatchObject({
      status: 401,
      problem: 'web/unauthenticated',
      tenant: null,
      keyId: null,
    });
    await world.send('GET', '/v1/alice');
    expect(world.lines[2]).toMatchObject({ status: 404, route: 'unknown', problem: 'web/not-found' });
  });

  test('C15 has no id, code, secret, ticket, proof, key or label in any line', async () => {
    const world = await openApiWorld();
    const alice = await enrollPerson(world, 'canary-account');
    const ticket = await alice.ticket('manage');
    const code = alice.code();
    const verdict = await world.send('POST', `${alice.path}/verify`, { body: { code, ticket } });
    const proof = String(verdict.body['proof']);
    const headers = { 'tidelock-proof': proof };
    await world.send('PATCH', `${alice.path}/factors/${alice.factorId}`, {
      body: { label: 'canary-label' },
      headers,
    });
    await world.send('POST', `${alice.path}/verify`, { body: '{"code":"canary-code' });
    await world.send('GET', '/canary-path?canary=query', { headers: { 'user-agent': 'canary-agent' } });
    await world.send('GET', `${alice.path}/events?limit=canary-limit`);
    const log = JSON.stringify(world.lines);
    for (const secret of [
      'canary',
      code,
      alice.secret,
      ticket,
      proof,
      world.key,
      alice.factorId,
      ...alice.backupCodes,
    ])
      expect(log).not.toContain(secret);
    expect(world.lines.length).toBe(8);
  });

  test('a fault is logged as an error with its code and place, and without the message of a foreign error', async () => {
    const store = memoryStore();
    const state: { error: Error | null } = { error: null };
    const failing = overrideStore(store, {
      load: async (ids) => {
        if (state.error !== null) throw state.error;
        return store.load(ids);
      },
    });
    const world = await openApiWorld({ store: failing });
    await world.send('GET', '/v1/accounts/alice');
    const cause = Object.assign(new Error('canary-cause'), { code: 'ECONNREFUSED' });
    state.error = new TidelockError('store/unavailable', { cause });
    await world.send('GET', '/v1/accounts/alice');
    expect(world.lines.at(-1)).toMatchObject({
      message: 'request failed',
      status: 503,
      fault: {
        name: 'TidelockError',
        code: 'store/unavailable',
        cause: { name: 'Error', code: 'ECONNREFUSED' },
      },
    });
    state.error = new Error('canary-message\n    at canary (canary.js:1:1)');
    const reply = await world.send('GET', '/v1/accounts/alice');
    expect([reply.status, reply.problem]).toEqual([500, 'internal']);
    expect(JSON.stringify(world.lines) + reply.text).not.toContain('canary');
    expect((world.lines.at(-1)!['fault'] as { at: string[] }).at[0]).toMatch(/request-log\.test\.ts/);
  });

  test('a logger that throws changes no answer', async () => {
    const logger = {
      info() {
        throw new Error('disk full');
      },
      error() {
        throw new Error('disk full');
      },
    };
    const world = await openApiWorld({ api: { logger } });
    const alice = await enrollPerson(world);
    const reply = await world.send('POST', `${alice.path}/verify`, { body: { code: alice.code() } });
    expect(reply.status).toBe(200);
    expect((await world.send('GET', '/nothing')).status).toBe(404);
  });
});
