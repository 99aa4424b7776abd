import { expect, test } from 'vitest';
import { enrollPerson, openApiWorld, type ApiWorld } from '../../testing/api-world.ts';

const required = { everyone: { level: 'required', graceDays: 14 } };
const reason = 'roll-out';

async function openWorld() {
  const world = await openApiWorld();
  const root = await enrollPerson(world, 'root');
  const put = async (requirements: object, proof?: string) =>
    world.send('PUT', '/v1/requirements', {
      body: { ...requirements, actor: 'root', reason },
      headers: { 'tidelock-proof': proof ?? (await root.proof()) },
    });
  return { world, root, put };
}

const challenge = (world: ApiWorld, account: string, body: object = {}) =>
  world.send('POST', `/v1/accounts/${account}/challenges`, { body });

test('S23 an administrator makes a second factor required, with a period of grace', async () => {
  const { world, put } = await openWorld();
  const reply = await put(required);
  const held = { everyone: { level: 'required', graceDays: 14, kinds: ['totp', 'hotp'] }, roles: {} };
  expect([reply.status, reply.body]).toEqual([200, held]);
  expect((await world.send('GET', '/v1/requirements')).body).toEqual(held);
  const entered = await challenge(world, 'bob');
  expect([entered.status, entered.body]).toEqual([
    200,
    { required: false, enrollBy: expect.stringMatching(/^2026-01-15T/) as string },
  ]);
  world.clock.advance(14 * 24 * 3600);
  const late = await challenge(world, 'bob');
  expect([late.status, late.problem]).toEqual([403, 'enrollment-required']);
});

test('C23 nobody changes a requirement without a proof of their own, and no application does', async () => {
  const { world, root, put } = await openWorld();
  const body = { ...required, actor: 'root', reason };
  const bare = await world.send('PUT', '/v1/requirements', { body });
  expect([bare.status, bare.problem]).toEqual([403, 'proof-required']);
  expect((await put(required, 'prf_guessed')).problem).toBe('proof-required');
  const own = await world.send('PUT', '/v1/accounts/bob/requirement', {
    body: { requirement: { level: 'optional' }, actor: 'root', reason },
  });
  expect(own.problem).toBe('proof-required');
  const key = await world.newKey(['verify', 'manage', 'read']);
  const headers = { 'tidelock-proof': await root.proof() };
  expect((await world.send('PUT', '/v1/requirements', { key, body, headers })).problem).toBe(
    'forbidden-scope',
  );
});

test('S23 one account is excepted, and is asked again once that is taken back', async () => {
  const { world, root, put } = await openWorld();
  await put({ everyone: { level: 'required' } });
  const except = async (requirement: object | null) =>
    world.send('PUT', '/v1/accounts/robot/requirement', {
      body: { requirement, actor: 'root', reason },
      headers: { 'tidelock-proof': await root.proof() },
    });
  expect((await challenge(world, 'robot')).problem).toBe('enrollment-required');
  expect((await except({ level: 'optional' })).status).toBe(200);
  expect((await challenge(world, 'robot')).body).toEqual({ required: false });
  expect((await except(null)).body).toEqual({ requirement: null });
  expect((await challenge(world, 'robot')).problem).toBe('enrollment-required');
});

test('S23 a dry run names who would be locked out, by role', async () => {
  const { world } = await openWorld();
  const reply = await world.send('POST', '/v1/requirements/dry-run', {
    body: {
      requirements: { everyone: { level: 'optional' }, roles: { admin: { level: 'required' } } },
      accounts: [{ id: 'root', roles: ['admin'] }, { id: 'bob', roles: ['admin'] }, { id: 'carol' }],
    },
  });
  expect([reply.status, reply.body]).toEqual([200, { checked: 3, met: 2, inGrace: [], lockedOut: ['bob'] }]);
  expect((await challenge(world, 'bob', { roles: ['admin'] })).body).toEqual({ required: false });
});

test('a requirement that nobody could meet is refused, and says why', async () => {
  const { put } = await openWorld();
  const reply = await put({
    everyone: { level: 'required', kinds: ['totp'] },
    roles: { admin: { level: 'required', kinds: ['hotp'] } },
  });
  expect([reply.status, reply.problem]).toEqual([400, 'invalid']);
  expect(reply.text).toContain('No kind of factor counts for every role');
  expect((await put({ everyone: { level: 'required', graceDays: 1000 } })).status).toBe(400);
});
