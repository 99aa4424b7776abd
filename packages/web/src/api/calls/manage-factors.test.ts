import { describe, expect, test } from 'vitest';
import { enrollPerson, openApiWorld } from '../../testing/api-world.ts';

describe('GET account', () => {
  test('shows an account that nobody knows as `none`, and one that is enrolled with its factors', async () => {
    const world = await openApiWorld();
    const nobody = await world.send('GET', '/v1/accounts/nobody');
    expect([nobody.status, nobody.body]).toEqual([
      200,
      {
        id: 'nobody',
        status: 'none',
        factors: [],
        backupCodesLeft: 0,
        lockedUntil: null,
        sessionsEndedAt: null,
      },
    ]);
    const { path, factorId } = await enrollPerson(world);
    const reply = await world.send('GET', path);
    expect(reply.body).toMatchObject({
      id: 'alice',
      status: 'active',
      backupCodesLeft: 10,
      lockedUntil: null,
      sessionsEndedAt: null,
    });
    expect(reply.body['factors']).toEqual([
      {
        id: factorId,
        kind: 'totp',
        label: 'Authenticator app',
        status: 'active',
        createdAt: '2026-01-01T00:00:00.000Z',
        activatedAt: '2026-01-01T00:00:00.000Z',
        lastUsedAt: '2026-01-01T00:00:00.000Z',
      },
    ]);
  });
});

describe('POST activate', () => {
  test('S10 answers with the backup codes once; a later factor comes without', async () => {
    const world = await openApiWorld();
    const alice = await enrollPerson(world);
    expect(alice.backupCodes).toHaveLength(10);
    const headers = { 'tidelock-proof': await alice.proof() };
    const second = await world.send('POST', `${alice.path}/factors`, { body: { kind: 'totp' }, headers });
    const { id } = second.body['factor'] as { id: string };
    const wrong = await world.send('POST', `${alice.path}/factors/${id}/activate`, {
      body: { code: alice.wrongCode() },
    });
    expect([wrong.status, wrong.problem, wrong.body['attemptsLeft']]).toEqual([403, 'code-rejected', 4]);
  });

  test('A8 B9 a malformed code for an unknown factor is rejected and counted, too', async () => {
    const world = await openApiWorld();
    const { path } = await enrollPerson(world);
    const activate = (factorId: string, body: unknown) =>
      world.send('POST', `${path}/factors/${factorId}/activate`, { body });
    expect((await activate('fct_none', { code: 5 })).body).toMatchObject({
      reason: 'malformed',
      attemptsLeft: 4,
    });
    expect((await activate('fct_none', { code: '123456' })).body).toMatchObject({
      reason: 'expired',
      attemptsLeft: 3,
    });
    expect((await activate('x'.repeat(257), { code: '123456' })).problem).toBe('invalid');
    expect((await activate('fct_none', { code: '123456', secret: 'x' })).problem).toBe('invalid');
  });
});

describe('PATCH and DELETE factor', () => {
  test('S29 a factor is renamed with a proof, and not without (C11)', async () => {
    const world = await openApiWorld();
    const alice = await enrollPerson(world);
    const target = `${alice.path}/factors/${alice.factorId}`;
    const body = { label: 'e\u0301clair' };
    expect((await world.send('PATCH', target, { body })).problem).toBe('proof-required');
    const headers = { 'tidelock-proof': await alice.proof() };
    const reply = await world.send('PATCH', target, { body, headers });
    expect([reply.status, (reply.body['factor'] as { label: string }).label]).toEqual([200, '\u00e9clair']);
    expect((await world.send('PATCH', target, { body, headers })).problem).toBe('proof-required');
    const wrong = {
      headers: { 'tidelock-proof': await alice.proof() },
      body: { label: 'x', status: 'active' },
    };
    expect((await world.send('PATCH', target, wrong)).problem).toBe('invalid');
  });

  test('S29 a factor is revoked with a proof; the answer says whether one is left', async () => {
    const world = await openApiWorld();
    const alice = await enrollPerson(world);
    const target = `${alice.path}/factors/${alice.factorId}`;
    expect((await world.send('DELETE', target)).problem).toBe('proof-required');
    const headers = { 'tidelock-proof': await alice.proof() };
    const unknown = await world.send('DELETE', `${alice.path}/factors/fct_other`, { headers });
    expect([unknown.status, unknown.problem]).toEqual([404, 'factor-unknown']);
    const reply = await world.send('DELETE', target, { headers });
    expect([reply.status, reply.body]).toEqual([200, { enrolled: false }]);
    expect((await world.send('GET', alice.path)).body).toMatchObject({ status: 'none', backupCodesLeft: 0 });
  });

  test('a proof for a sign-in, a proof of a mere check and a proof that is too long change nothing (C11)', async () => {
    const world = await openApiWorld();
    const alice = await enrollPerson(world);
    const target = `${alice.path}/factors/${alice.factorId}`;
    const login = await alice.proof('login');
    const check = await world.send('POST', `${alice.path}/verify`, { body: { code: alice.code() } });
    for (const proof of [login, String(check.body['proof']), '', 'prf_'])
      expect((await world.send('DELETE', target, { headers: { 'tidelock-proof': proof } })).problem).toBe(
        'proof-required',
      );
    const long = { 'tidelock-proof': 'x'.repeat(257) };
    expect((await world.send('DELETE', target, { headers: long })).problem).toBe('invalid');
  });
});

describe('POST backup-codes', () => {
  test('S09 answers with a new set, and the old one is dead', async () => {
    const world = await openApiWorld();
    const alice = await enrollPerson(world);
    const target = `${alice.path}/backup-codes`;
    expect((await world.send('POST', target)).problem).toBe('proof-required');
    expect((await world.send('POST', '/v1/accounts/nobody/backup-codes')).problem).toBe('no-active-factor');
    const headers = { 'tidelock-proof': await alice.proof() };
    const reply = await world.send('POST', target, { headers });
    expect(reply.status).toBe(200);
    const fresh = reply.body['backupCodes'] as string[];
    expect(new Set([...fresh, ...alice.backupCodes]).size).toBe(20);
    const verify = (code: string) => world.send('POST', `${alice.path}/verify`, { body: { code } });
    expect((await verify(alice.backupCodes[0]!)).status).toBe(403);
    expect((await verify(fresh[0]!)).status).toBe(200);
  });
});
