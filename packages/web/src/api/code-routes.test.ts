import { describe, expect, test } from 'vitest';
import { enrollPerson, openApiWorld, type ApiWorld, type Person, type Reply } from '../testing/api-world.ts';

/** The routes of the router that judge a code: found by sending them one, and by no list of ours. */
async function findCodeRoutes(): Promise<readonly { readonly method: string; readonly path: string }[]> {
  const found = [];
  for (const { method, path } of (await openApiWorld()).api.routes) {
    for (const body of [{ code: '000000' }, { codes: ['000000', '000001'] }]) {
      const world = await openApiWorld();
      const target = path.replace('{account}', 'alice').replace('{factorId}', 'fct_x');
      const reply = await world.send(method, target, method === 'GET' ? {} : { body });
      const { items } = await world.tidelock.forTenant('acme').events('alice');
      const reasons = items
        .filter(({ kind }) => kind === 'verification-rejected')
        .map(({ reason }) => reason);
      expect([path, reasons.length]).toEqual([path, reply.problem === 'code-rejected' ? 1 : 0]);
      if (reasons.length > 0 && !reasons.includes('malformed')) found.push({ method, path });
    }
  }
  return found;
}

interface Guesser {
  readonly world: ApiWorld;
  readonly alice: Person;
  guess(code: unknown): Promise<Reply>;
}

async function openGuesser({
  method,
  path,
}: {
  readonly method: string;
  readonly path: string;
}): Promise<Guesser> {
  const world = await openApiWorld();
  const alice = await enrollPerson(world);
  const headers = { 'tidelock-proof': await alice.proof() };
  const pending = await world.send('POST', `${alice.path}/factors`, { body: { kind: 'totp' }, headers });
  const { id } = pending.body['factor'] as { id: string };
  const factorId = path.endsWith('/activate') ? id : alice.factorId;
  const target = path.replace('{account}', 'alice').replace('{factorId}', factorId);
  return { world, alice, guess: (code) => world.send(method, target, { body: bodyOf(path, code) }) };
}

/** One code, or two in a row where the route takes those. */
function bodyOf(path: string, code: unknown): object {
  return path.endsWith('/resync') ? { codes: [code, code] } : { code };
}

describe('B8 every route that takes a code', () => {
  test('is known: verify, activate, resync, and what takes a mailed code', async () => {
    expect((await findCodeRoutes()).map(({ path }) => path)).toEqual([
      '/v1/accounts/{account}/factors/{factorId}/activate',
      '/v1/accounts/{account}/factors/{factorId}/resync',
      '/v1/accounts/{account}/verify',
      '/v1/accounts/{account}/recovery/confirm',
      '/v1/accounts/{account}/recovery/cancel',
    ]);
  });

  test('B1 B8 B9 locks after five failures, even for the right code, on every route at once', async () => {
    const routes = await findCodeRoutes();
    for (const route of routes) {
      const { world, alice, guess } = await openGuesser(route);
      for (const attemptsLeft of [4, 3, 2, 1, 0])
        expect((await guess(alice.wrongCode())).body['attemptsLeft']).toBe(attemptsLeft);
      expect((await guess(alice.code())).status).toBe(429);
      for (const { method, path } of routes) {
        const target = path.replace('{account}', 'alice').replace('{factorId}', alice.factorId);
        expect((await world.send(method, target, { body: bodyOf(path, alice.code()) })).status).toBe(429);
      }
    }
  });

  test('B2 B3 B5 B8 neither new tickets nor other addresses nor a pause give more guesses', async () => {
    for (const route of await findCodeRoutes()) {
      const { world, alice, guess } = await openGuesser(route);
      let judged = 0;
      for (let turn = 0; turn < 40; turn += 1) {
        const headers = { 'x-forwarded-for': `203.0.113.${turn}` };
        const body = { purpose: 'login' };
        await world.send('POST', `${alice.path}/challenges`, { body, headers });
        if ((await guess(alice.wrongCode())).status === 403) judged += 1;
        world.clock.advance(1);
      }
      expect(judged).toBe(5);
    }
  });

  test('B7 B8 of 200 wrong codes at once five are judged, and all others refused', async () => {
    for (const route of await findCodeRoutes()) {
      const { alice, guess } = await openGuesser(route);
      const replies = await Promise.all(Array.from({ length: 200 }, () => guess(alice.wrongCode())));
      expect(replies.filter(({ status }) => status === 403)).toHaveLength(5);
      expect(replies.filter(({ status }) => status === 429)).toHaveLength(195);
    }
  });

  test('A2 S08 of 200 right codes at once one is accepted', async () => {
    const world = await openApiWorld();
    const alice = await enrollPerson(world);
    const body = { code: alice.code(), ticket: await alice.ticket() };
    const send = () => world.send('POST', `${alice.path}/verify`, { body });
    const replies = await Promise.all(Array.from({ length: 200 }, send));
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(replies.every(({ status }) => [200, 403, 429].includes(status))).toBe(true);
  });

  test('S24 a right code ends the count, a new ticket or a new enrollment does not (B4, B5)', async () => {
    const world = await openApiWorld();
    const alice = await enrollPerson(world);
    const verify = (code: unknown) => world.send('POST', `${alice.path}/verify`, { body: { code } });
    await verify(alice.wrongCode());
    const proof = { 'tidelock-proof': await alice.proof() };
    expect((await verify(alice.wrongCode())).body['attemptsLeft']).toBe(4);
    await world.send('POST', `${alice.path}/factors`, { body: { kind: 'totp' }, headers: proof });
    await alice.ticket();
    expect((await verify(alice.wrongCode())).body['attemptsLeft']).toBe(3);
    await verify(alice.code());
    expect((await verify(alice.wrongCode())).body['attemptsLeft']).toBe(4);
  });
});
