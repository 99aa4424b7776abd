import { expect, test } from 'vitest';
import { enrollPerson, openApiWorld } from '../../testing/api-world.ts';

const act = { actor: 'help desk', reason: 'ticket 4711' };

test('C11 an application erases with a proof, and the account is none then', async () => {
  const world = await openApiWorld();
  const alice = await enrollPerson(world);
  const refused = await world.send('DELETE', alice.path);
  expect([refused.status, refused.problem]).toEqual([403, 'proof-required']);
  const headers = { 'tidelock-proof': await alice.proof() };
  const erased = await world.send('DELETE', alice.path, { headers });
  expect([erased.status, erased.body]).toEqual([200, { erased: true }]);
  expect((await world.send('GET', alice.path)).body['status']).toBe('none');
  const { items } = (await world.send('GET', `${alice.path}/events`)).body as { items: object[] };
  expect(items[0]).toMatchObject({ kind: 'account-erased' });
  expect(Object.keys(items[1]!).toSorted()).toEqual(['account', 'at', 'kind', 'sequence']);
  const body = { purpose: 'login', expected: 'enrolled' };
  expect((await world.send('POST', `${alice.path}/challenges`, { body })).problem).toBe(
    'account-not-enrolled',
  );
});

test('C11 C12 the scope of administrators erases nobody who is enrolled, and no key the account of another tenant', async () => {
  const world = await openApiWorld();
  const alice = await enrollPerson(world);
  const admin = await world.newKey(['admin']);
  const reply = await world.send('POST', `${alice.path}/erase`, { key: admin, body: act });
  expect([reply.status, reply.problem]).toEqual([403, 'proof-required']);
  expect((await world.send('DELETE', alice.path, { key: admin })).problem).toBe('forbidden-scope');
  const rival = await world.newKey(['manage', 'admin'], 'rival');
  const headers = { 'tidelock-proof': await alice.proof() };
  expect((await world.send('DELETE', alice.path, { key: rival, headers })).status).toBe(200);
  expect((await world.send('GET', alice.path)).body['status']).toBe('active');
});
