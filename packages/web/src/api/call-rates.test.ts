import { describe, expect, test } from 'vitest';
import { allScopes, enrollPerson, openApiWorld, type Sending } from '../testing/api-world.ts';
import { createApi } from './create-api.ts';

const near = { connection: { remoteAddress: '192.0.2.1' } } satisfies Sending;

describe('an API key that floods', () => {
  test('hears 429 with Retry-After past its rate, and no other key feels it', async () => {
    const world = await openApiWorld({ api: { keyRequestsPerSecond: 50 } });
    const other = await world.newKey(allScopes, 'other');
    const flood = await Promise.all(
      Array.from({ length: 400 }, () => world.send('GET', '/v1/accounts/alice', near)),
    );
    const refused = flood.filter(({ status }) => status === 429);
    expect(flood.length - refused.length).toBeGreaterThanOrEqual(50);
    expect(refused.length).toBeGreaterThan(200);
    expect(refused[0]!.problem).toBe('too-many-requests');
    expect(Number(refused[0]!.headers.get('retry-after'))).toBe(1);
    // The same address, at the same moment.
    for (let call = 0; call < 40; call += 1)
      expect((await world.send('GET', '/v1/accounts/alice', { ...near, key: other })).status).toBe(200);
  });

  test('a request that is refused costs no attempt and reads no body', async () => {
    const world = await openApiWorld({ api: { keyRequestsPerSecond: 20 } });
    const person = await enrollPerson(world);
    await Promise.all(Array.from({ length: 60 }, () => world.send('GET', person.path)));
    const reply = await world.send('POST', `${person.path}/verify`, { body: { code: person.wrongCode() } });
    expect([reply.status, reply.problem]).toEqual([429, 'too-many-requests']);
    const { items } = await world.tidelock.forTenant('acme').events('alice');
    expect(items.filter(({ kind }) => kind === 'verification-rejected')).toEqual([]);
  });

  test('B10 with no limit at all, an account still dies after five wrong tries', async () => {
    const world = await openApiWorld({ api: { keyRequestsPerSecond: 1_000_000 } });
    const person = await enrollPerson(world);
    const replies = await Promise.all(
      Array.from({ length: 100 }, () =>
        world.send('POST', `${person.path}/verify`, { body: { code: person.wrongCode() } }),
      ),
    );
    expect(replies.filter(({ status }) => status === 403)).toHaveLength(5);
    expect(replies.filter(({ problem }) => problem === 'locked')).toHaveLength(95);
    const right = await world.send('POST', `${person.path}/verify`, { body: { code: person.code() } });
    expect(right.problem).toBe('locked');
  });
});

describe('an address without a known key', () => {
  test('hears 429 after a hundred tries; a right key from there is served all the same', async () => {
    const world = await openApiWorld();
    const wrong = { ...near, key: 'tlk_0123456789abcdefghij' };
    const first = await world.send('GET', '/v1/accounts/alice', wrong);
    expect(first.problem).toBe('unauthenticated');
    for (let call = 0; call < 130; call += 1) await world.send('GET', '/v1/accounts/alice', wrong);
    const refused = await world.send('GET', '/v1/accounts/alice', wrong);
    expect([refused.status, refused.problem]).toEqual([429, 'too-many-requests']);
    expect(refused.headers.get('retry-after')).toBe('1');
    const without = await world.send('GET', '/v1/accounts/alice', { ...near, key: null });
    expect(without.problem).toBe('too-many-requests');
    expect((await world.send('GET', '/v1/accounts/alice', near)).status).toBe(200);
    const elsewhere = { ...wrong, connection: { remoteAddress: '192.0.2.2' } };
    expect((await world.send('GET', '/v1/accounts/alice', elsewhere)).problem).toBe('unauthenticated');
  });

  test('B3 what it writes into X-Forwarded-For gives it no new tries', async () => {
    const world = await openApiWorld();
    const problems = new Set<string | null>();
    for (let call = 0; call < 130; call += 1) {
      const headers = { 'x-forwarded-for': `10.0.0.${call}`, forwarded: `for=10.0.0.${call}` };
      problems.add((await world.send('GET', '/v1/accounts/alice', { ...near, key: null, headers })).problem);
    }
    expect(problems).toContain('too-many-requests');
  });
});

test('a rate that is no whole number of requests is refused', async () => {
  const { tidelock } = await openApiWorld();
  for (const keyRequestsPerSecond of [0, -1, 1.5, 1_000_001, Number.NaN])
    expect(() => createApi({ tidelock, keyRequestsPerSecond })).toThrow(RangeError);
});
