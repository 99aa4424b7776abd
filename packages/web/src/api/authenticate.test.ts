import type { Scope } from '@tidelock/engine';
import { describe, expect, test } from 'vitest';
import { allScopes, enrollPerson, openApiWorld, type ApiWorld } from '../testing/api-world.ts';
import { callScopes } from './call-scopes.ts';
import { calls } from './calls.ts';

/** Every call, addressed at Alice, with a body that says nothing. */
const targets = calls
  .filter(({ name }) => callScopes[name] !== null)
  .map(({ name, method, path, body }) => ({
    needed: callScopes[name]!,
    name,
    method: method.toUpperCase(),
    path: path.replace('{account}', 'alice').replace('{factorId}', 'fct_x'),
    body: body === undefined ? undefined : {},
  }));

describe('API keys', () => {
  test('every call but those of operations needs one, and says how to send it', async () => {
    const { send } = await openApiWorld();
    for (const { method, path, body } of targets) {
      const reply = await send(method, path, { key: null, body });
      expect([path, reply.status, reply.problem]).toEqual([path, 401, 'unauthenticated']);
      expect(reply.headers.get('www-authenticate')).toBe('Bearer realm="tidelock"');
    }
  });

  test('a key that is unknown, revoked or badly written is refused alike', async () => {
    const world = await openApiWorld();
    const revoked = await world.newKey(allScopes);
    const [keyId] = (await world.tidelock.directory.listApiKeys()).map((view) => view.keyId).slice(-1);
    await world.tidelock.directory.revokeApiKey(keyId!);
    const { key } = world;
    const headers = [`Bearer ${revoked}`, 'Bearer ', 'Bearer', `Basic ${key}`, key, `Bearer ${key}x`];
    headers.push(
      `Bearer ${key} ${key}`,
      `Bearer "${key}"`,
      `Bearer ${key.toLowerCase()}`,
      `Bearer ${key}, Bearer ${key}`,
    );
    for (const authorization of headers) {
      const reply = await world.send('GET', '/v1/accounts/alice', { key: null, headers: { authorization } });
      expect([reply.status, reply.problem]).toEqual([401, 'unauthenticated']);
      expect(reply.headers.get('www-authenticate')).toContain('error="invalid_token"');
    }
    const lower = await world.send('GET', '/v1/accounts/alice', {
      key: null,
      headers: { authorization: `bearer ${key}` },
    });
    expect(lower.status).toBe(200);
  });

  test('C12 each call is allowed by exactly the scopes of the table', async () => {
    const world = await openApiWorld();
    const keyOf = new Map<Scope, string>();
    for (const scope of allScopes) keyOf.set(scope, await world.newKey([scope]));
    for (const { needed, name, method, path, body } of targets) {
      for (const scope of allScopes) {
        const reply = await world.send(method, path, { key: keyOf.get(scope)!, body });
        const refused = reply.problem === 'forbidden-scope';
        expect([name, scope, refused]).toEqual([name, scope, !needed.includes(scope)]);
        if (refused) expect(reply.headers.get('www-authenticate')).toContain('error="insufficient_scope"');
      }
    }
  });

  test('nothing of a body is read before the key is known', async () => {
    const { api } = await openApiWorld();
    for (const { method, path, body } of targets) {
      if (body === undefined) continue;
      let asked = 0;
      const stream = new ReadableStream(
        {
          pull() {
            asked += 1;
            return new Promise(() => undefined);
          },
        },
        { highWaterMark: 0 },
      );
      const init = { method, body: stream, headers: { 'content-type': 'application/json' }, duplex: 'half' };
      const response = await api.fetch(new Request(`http://localhost${path}`, init as RequestInit));
      expect([response.status, asked]).toEqual([401, 0]);
    }
  });
});

describe('C7 C12 one tenant among others', () => {
  async function twoTenants(): Promise<{ world: ApiWorld; other: string }> {
    const world = await openApiWorld();
    return { world, other: await world.newKey(allScopes, 'rival') };
  }

  test('sees no account and no event of another', async () => {
    const { world, other } = await twoTenants();
    const { path } = await enrollPerson(world);
    expect((await world.send('GET', path, { key: other })).body).toMatchObject({
      status: 'none',
      factors: [],
    });
    for (const list of [`${path}/events`, '/v1/events'])
      expect((await world.send('GET', list, { key: other })).body['items']).toEqual([]);
    const named = { 'x-tenant': 'acme', tenant: 'acme', 'tidelock-tenant': 'acme' };
    const reply = await world.send('GET', `${path}?tenant=acme`, { key: other, headers: named });
    expect(reply.body['status']).toBe('none');
  });

  test('can neither verify, change, unlock, reset nor lock an account of another', async () => {
    const { world, other } = await twoTenants();
    const alice = await enrollPerson(world);
    const before = (await world.send('GET', `${alice.path}/events`)).body['items'] as unknown[];
    const body = { code: alice.code() };
    for (let attempt = 0; attempt < 8; attempt += 1)
      expect((await world.send('POST', `${alice.path}/verify`, { key: other, body })).status).not.toBe(200);
    const act = { actor: 'rival', reason: 'none' };
    expect((await world.send('POST', `${alice.path}/reset`, { key: other, body: act })).problem).toBe(
      'no-active-factor',
    );
    expect((await world.send('POST', `${alice.path}/unlock`, { key: other, body: act })).status).toBe(200);
    const revoked = await world.send('DELETE', `${alice.path}/factors/${alice.factorId}`, { key: other });
    expect(revoked.problem).toBe('factor-unknown');
    expect((await world.send('GET', `${alice.path}/events`)).body['items']).toEqual(before);
    expect((await world.send('POST', `${alice.path}/verify`, { body })).status).toBe(200);
  });

  test('has its own account where both have a user of one name; tickets and proofs do not pass over', async () => {
    const { world, other } = await twoTenants();
    const alice = await enrollPerson(world);
    const theirs = await enrollPerson(world, 'alice', other);
    const ticket = await alice.ticket('manage');
    const crossed = await world.send('POST', `${theirs.path}/verify`, {
      key: other,
      body: { code: theirs.code(), ticket },
    });
    expect([crossed.status, crossed.body['reason']]).toEqual([403, 'expired']);
    const headers = { 'tidelock-proof': await alice.proof() };
    const target = `${theirs.path}/factors/${theirs.factorId}`;
    expect((await world.send('DELETE', target, { key: other, headers })).problem).toBe('proof-required');
    expect((await world.send('DELETE', target, { headers })).problem).toBe('factor-unknown');
  });
});

describe('A14 C7 one account among others of a tenant', () => {
  test('the code, backup code, ticket, factor and proof of one are refused for another', async () => {
    const world = await openApiWorld({ policy: { failuresBeforeLock: 10 } });
    const alice = await enrollPerson(world);
    const bob = await enrollPerson(world, 'bob');
    const verify = (body: object) => world.send('POST', `${alice.path}/verify`, { body });
    expect((await verify({ code: bob.code() })).status).toBe(403);
    expect((await verify({ code: bob.backupCodes[0] })).status).toBe(403);
    expect((await verify({ code: alice.code(), factorId: bob.factorId })).status).toBe(403);
    expect((await verify({ code: alice.code(), ticket: await bob.ticket() })).status).toBe(403);
    const proof = await bob.proof();
    const headers = { 'tidelock-proof': proof };
    for (const [method, path, body] of [
      ['POST', 'factors', { kind: 'totp' }],
      ['PATCH', `factors/${alice.factorId}`, { label: 'x' }],
      ['DELETE', `factors/${alice.factorId}`, undefined],
      ['POST', 'backup-codes', undefined],
    ] as const)
      expect((await world.send(method, `${alice.path}/${path}`, { body, headers })).problem).toBe(
        'proof-required',
      );
    const redeem = { body: { proof, purpose: 'manage' } };
    expect((await world.send('POST', `${alice.path}/proofs/redeem`, redeem)).status).toBe(403);
    expect((await world.send('POST', `${bob.path}/proofs/redeem`, redeem)).status).toBe(200);
  });
});
