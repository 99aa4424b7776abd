import { describe, expect, test } from 'vitest';
import { enrollPerson, openApiWorld } from '../../testing/api-world.ts';

const body = { actor: 'help desk', reason: 'lost phone' };

describe('administrators', () => {
  test('end a lock, with a name and a reason that the audit log keeps', async () => {
    const world = await openApiWorld();
    const alice = await enrollPerson(world);
    for (let failure = 0; failure < 5; failure += 1)
      await world.send('POST', `${alice.path}/verify`, { body: { code: alice.wrongCode() } });
    const reply = await world.send('POST', `${alice.path}/unlock`, { body });
    expect([reply.status, reply.body]).toEqual([200, { lockedUntil: null }]);
    const verdict = await world.send('POST', `${alice.path}/verify`, { body: { code: alice.code() } });
    expect(verdict.status).toBe(200);
    const { items } = (await world.send('GET', `${alice.path}/events`)).body as { items: object[] };
    expect(items[1]).toMatchObject({ kind: 'unlocked', actor: 'help desk', note: 'lost phone' });
  });

  test('F4 reset an account after a waiting time, and not before', async () => {
    const world = await openApiWorld();
    const alice = await enrollPerson(world);
    expect((await world.send('GET', `${alice.path}/recovery`)).body).toEqual({ recovery: null });
    const confirm = () => world.send('POST', `${alice.path}/recovery/confirm`, { body });
    expect((await confirm()).problem).toBe('recovery-unknown');
    const begun = await world.send('POST', `${alice.path}/reset`, { body });
    expect([begun.status, begun.body]).toEqual([
      200,
      {
        recovery: {
          begunAt: '2026-01-01T00:00:30.000Z',
          readyAt: '2026-01-02T00:00:30.000Z',
          ...body,
          state: 'waiting',
          begunBy: 'administrator',
          lapsesAt: '2026-01-05T00:00:30.000Z',
          proofs: null,
        },
      },
    ]);
    expect((await world.send('GET', `${alice.path}/recovery`)).body).toEqual(begun.body);
    const early = await confirm();
    expect([early.status, early.problem, early.headers.get('retry-after')]).toEqual([
      409,
      'recovery-not-ready',
      '86400',
    ]);
    world.clock.advance(86_400);
    const done = await confirm();
    expect([done.status, done.body]).toEqual([200, { recovery: null }]);
    expect((await world.send('GET', alice.path)).body['status']).toBe('none');
  });

  test('F4 the owner cancels a reset with a proof, and nobody does without', async () => {
    const world = await openApiWorld();
    const alice = await enrollPerson(world);
    const cancel = (headers = {}) => world.send('POST', `${alice.path}/recovery/cancel`, { headers });
    expect([(await cancel()).status, (await cancel()).problem]).toEqual([404, 'recovery-unknown']);
    await world.send('POST', `${alice.path}/reset`, { body });
    expect((await cancel()).problem).toBe('proof-required');
    const reply = await cancel({ 'tidelock-proof': await alice.proof() });
    expect([reply.status, reply.body]).toEqual([200, { recovery: null }]);
    expect((await world.send('GET', `${alice.path}/recovery`)).body).toEqual({ recovery: null });
  });

  test('a reset of an account without a factor, and an act without a name or a reason, are refused', async () => {
    const { send } = await openApiWorld();
    expect((await send('POST', '/v1/accounts/bob/reset', { body })).problem).toBe('no-active-factor');
    for (const act of ['reset', 'unlock', 'recovery/confirm']) {
      for (const wrong of [
        {},
        { actor: 'x' },
        { ...body, actor: '' },
        { ...body, reason: 'x'.repeat(501) },
        { ...body, now: true },
      ])
        expect((await send('POST', `/v1/accounts/bob/${act}`, { body: wrong })).problem).toBe('invalid');
    }
  });
});
