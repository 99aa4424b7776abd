import { TidelockError } from '@tidelock/engine';
import { memoryStore, overrideStore } from '@tidelock/engine/testing';
import { describe, expect, test } from 'vitest';
import { openApiWorld } from '../../testing/api-world.ts';

describe('operations', () => {
  test('answer without an API key, and tell nothing of any account', async () => {
    const { send } = await openApiWorld();
    const live = await send('GET', '/livez', { key: null });
    expect([live.status, live.body]).toEqual([200, { status: 'live' }]);
    const ready = await send('GET', '/readyz', { key: null });
    expect([ready.status, ready.body]).toEqual([200, { status: 'ready' }]);
  });

  test('rule 3: a store that fails is not ready, says when to ask again, and nothing of itself', async () => {
    const store = memoryStore();
    const state = { broken: false };
    const failing = overrideStore(store, {
      load: async (ids) => {
        if (state.broken) throw new TidelockError('store/unavailable', { detail: 'canary at 10.0.0.7' });
        return store.load(ids);
      },
    });
    const world = await openApiWorld({ store: failing });
    expect((await world.send('GET', '/v1/accounts/alice')).status).toBe(200);
    state.broken = true;
    for (const [method, path, body] of [
      ['GET', '/readyz'],
      ['GET', '/v1/accounts/alice'],
      ['POST', '/v1/accounts/alice/challenges', {}],
      ['POST', '/v1/accounts/alice/verify', { code: '123456' }],
    ] as const) {
      const reply = await world.send(method, path, { body });
      expect([reply.status, reply.problem, reply.headers.get('retry-after')]).toEqual([
        503,
        'unavailable',
        '1',
      ]);
      expect(reply.text).not.toContain('canary');
    }
    expect((await world.send('GET', '/livez')).status).toBe(200);
  });

  test('a store that does not answer is not ready after two seconds', async () => {
    const store = memoryStore();
    const state = { silent: false };
    const slow = overrideStore(store, {
      load: (ids) => (state.silent ? new Promise(() => undefined) : store.load(ids)),
    });
    const { send } = await openApiWorld({ store: slow });
    expect((await send('GET', '/readyz')).status).toBe(200);
    state.silent = true;
    const reply = await send('GET', '/readyz');
    expect([reply.status, reply.problem]).toEqual([503, 'not-ready']);
  });
});
