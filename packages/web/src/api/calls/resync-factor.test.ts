import { Hotp } from '@tidelock/otp';
import { describe, expect, test } from 'vitest';
import { enrollPerson, openApiWorld } from '../../testing/api-world.ts';

describe('POST factors/{factorId}/resync', () => {
  test('S29 OTP-15 finds a token that ran ahead, gives no proof, and the next code signs in', async () => {
    const world = await openApiWorld();
    const alice = await enrollPerson(world);
    const headers = { 'tidelock-proof': await alice.proof() };
    const enrolled = await world.send('POST', `${alice.path}/factors`, { body: { kind: 'hotp' }, headers });
    const token = new Hotp(String(enrolled.body['secret']));
    const { id } = enrolled.body['factor'] as { id: string };
    const path = `${alice.path}/factors/${id}`;
    await world.send('POST', `${path}/activate`, { body: { code: token.generate(0) } });
    const codes = [token.generate(60), token.generate(61)];
    const reply = await world.send('POST', `${path}/resync`, { body: { codes } });
    expect(reply.status).toBe(200);
    expect(reply.body).toEqual({
      outcome: 'accepted',
      factor: expect.objectContaining({ id, kind: 'hotp', status: 'active' }) as object,
    });
    expect((await world.send('POST', `${path}/resync`, { body: { codes } })).status).toBe(403);
    const body = { code: token.generate(62), factorId: id, ticket: await alice.ticket() };
    expect((await world.send('POST', `${alice.path}/verify`, { body })).status).toBe(200);
  });

  test('S28 finds a clock that is hours off, for which verify gave advice to a ticket alone', async () => {
    const world = await openApiWorld();
    const alice = await enrollPerson(world);
    world.clock.advance(86_400);
    const verify = (body: object) => world.send('POST', `${alice.path}/verify`, { body });
    const advised = await verify({ code: alice.code(-300), ticket: await alice.ticket() });
    expect([advised.status, advised.body['reason'], advised.body['advice']]).toEqual([
      403,
      'wrong',
      'set-clock',
    ]);
    expect((await verify({ code: alice.code(-299) })).body).not.toHaveProperty('advice');
    const path = `${alice.path}/factors/${alice.factorId}/resync`;
    const resynced = await world.send('POST', path, {
      body: { codes: [alice.code(-300), alice.code(-299)] },
    });
    expect(resynced.status).toBe(200);
    world.clock.advance(30);
    expect((await verify({ code: alice.code(-299), ticket: await alice.ticket() })).status).toBe(200);
  });

  test('A8 S27 what is no list of codes is counted as malformed, and what is no request is not', async () => {
    const world = await openApiWorld({ policy: { failuresBeforeLock: 10 } });
    const alice = await enrollPerson(world);
    const path = `${alice.path}/factors/${alice.factorId}/resync`;
    const codes = [alice.code(), alice.code(1)];
    const bodies: readonly unknown[] = [
      {},
      { codes: null },
      { codes: codes[0] },
      { codes: [codes[0]] },
      { codes: [...codes, ...codes] },
      { codes: codes.map(Number) },
      { codes: ['12345', 'x'] },
      { code: codes[0] },
    ];
    for (const [index, body] of bodies.entries()) {
      const reply = await world.send('POST', path, { body });
      expect([reply.status, reply.body['reason'], reply.body['attemptsLeft']]).toEqual([
        403,
        'malformed',
        9 - index,
      ]);
    }
    expect((await world.send('POST', path, { body: { codes, ticket: 'tkt_x' } })).problem).toBe('invalid');
    expect((await world.send('POST', path, { body: '[]' })).problem).toBe('not-json');
    expect((await world.send('POST', path, { body: { codes } })).status).toBe(200);
  });
});
