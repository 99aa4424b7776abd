import { describe, expect, test } from 'vitest';
import { enrollPerson, openApiWorld, type ApiWorld, type Person } from '../../testing/api-world.ts';

async function openTrusted(): Promise<{ world: ApiWorld; alice: Person; trustToken: string }> {
  const world = await openApiWorld({ policy: { trustedBrowserDays: 7 } });
  const alice = await enrollPerson(world);
  const body = { code: alice.code(), ticket: await alice.ticket('login'), trustBrowser: true };
  const reply = await world.send('POST', `${alice.path}/verify`, { body });
  expect(reply.status).toBe(200);
  world.clock.advance(30);
  return { world, alice, trustToken: String(reply.body['trustToken']) };
}

describe('trusted browsers', () => {
  test('C19 SESS-07 a token opens a sign-in, and never a change of the second factor', async () => {
    const { world, alice, trustToken } = await openTrusted();
    const open = (body: object) => world.send('POST', `${alice.path}/challenges`, { body });
    const reply = await open({ trustToken, expected: 'enrolled' });
    expect([reply.status, reply.body]).toEqual([200, { required: false, trusted: true }]);
    for (const body of [
      { purpose: 'manage', trustToken },
      { purpose: 'transfer', trustToken },
      { actHash: 'abc', trustToken },
      { trustToken: 'tbr_other' },
      {},
    ])
      expect((await open(body)).status).toBe(201);
    expect((await open({ trustToken: 7 })).problem).toBe('invalid');
    const bob = await enrollPerson(world, 'bob');
    expect((await world.send('POST', `${bob.path}/challenges`, { body: { trustToken } })).status).toBe(201);
  });

  test('SESS-07 are listed without their tokens, and revoked', async () => {
    const { world, alice, trustToken } = await openTrusted();
    const path = `${alice.path}/trusted-browsers`;
    const listed = await world.send('GET', path);
    expect(listed.body).toEqual({
      items: [
        {
          id: expect.stringMatching(/^brw_/) as string,
          createdAt: '2026-01-01T00:00:30.000Z',
          lastUsedAt: null,
          expiresAt: '2026-01-08T00:00:30.000Z',
        },
      ],
    });
    const revoked = await world.send('DELETE', path);
    expect([revoked.status, revoked.body]).toEqual([200, { revoked: 1 }]);
    expect((await world.send('GET', path)).body).toEqual({ items: [] });
    const reply = await world.send('POST', `${alice.path}/challenges`, { body: { trustToken } });
    expect(reply.status).toBe(201);
  });

  test('C1 C19 C20 a new password ends them, with every open ticket and proof', async () => {
    const { world, alice, trustToken } = await openTrusted();
    const proof = await alice.proof('login');
    const ticket = await alice.ticket();
    const told = await world.send('POST', `${alice.path}/password-changed`);
    expect([told.status, told.body]).toEqual([200, { revoked: 1 }]);
    const post = (call: string, body: object) => world.send('POST', `${alice.path}/${call}`, { body });
    expect((await post('challenges', { trustToken })).status).toBe(201);
    expect((await post('proofs/redeem', { proof, purpose: 'login' })).status).toBe(403);
    expect((await post('verify', { code: alice.code(), ticket })).body['reason']).toBe('expired');
  });

  test('C12 take the scopes of whoever manages', async () => {
    const { world, alice } = await openTrusted();
    const verifying = await world.newKey(['verify']);
    for (const [method, call] of [
      ['GET', 'trusted-browsers'],
      ['DELETE', 'trusted-browsers'],
      ['POST', 'password-changed'],
    ] as const)
      expect((await world.send(method, `${alice.path}/${call}`, { key: verifying })).problem).toBe(
        'forbidden-scope',
      );
  });
});
