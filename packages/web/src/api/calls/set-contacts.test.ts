import { describe, expect, test } from 'vitest';
import { enrollPerson, openApiWorld } from '../../testing/api-world.ts';

const path = '/v1/accounts/alice/contacts';

describe('PUT contacts', () => {
  test('LIFE-04 says how many there are, and shows none of them, there or anywhere', async () => {
    const world = await openApiWorld();
    const body = { emails: ['alice@example.com', 'a@example.org'], locale: 'de' };
    const reply = await world.send('PUT', path, { body });
    expect([reply.status, reply.body]).toEqual([200, { count: 2 }]);
    for (const read of ['/v1/accounts/alice', '/v1/accounts/alice/events', '/v1/events'])
      expect((await world.send('GET', read)).text).not.toContain('example.');
    expect(JSON.stringify(world.lines)).not.toContain('example.');
  });

  test('C11 takes a proof on an enrolled account', async () => {
    const world = await openApiWorld();
    const alice = await enrollPerson(world);
    const body = { emails: ['thief@example.com'] };
    expect((await world.send('PUT', path, { body })).problem).toBe('proof-required');
    const headers = { 'tidelock-proof': await alice.proof() };
    expect((await world.send('PUT', path, { body, headers })).status).toBe(200);
  });

  test('what is no address is a 400 that names the place and not the address', async () => {
    const { send } = await openApiWorld();
    for (const [emails, at] of [
      [['a@example.com', 'eve@example.org\r\nBcc: x@example.net'], '/emails/1'],
      [['a@example.com', 'A@example.com'], '/emails'],
      [[], '/emails'],
      [Array.from({ length: 6 }, (_, place) => `a${place}@example.com`), '/emails'],
      ['a@example.com', '/emails'],
      [[5], '/emails/0'],
    ]) {
      const reply = await send('PUT', path, { body: { emails } });
      const [first] = reply.body['errors'] as { at: string }[];
      expect([reply.status, first?.at]).toEqual([400, at]);
      expect(reply.text).not.toMatch(/eve@|Bcc/);
    }
    const reply = await send('PUT', path, { body: { emails: ['a@example.com'], locale: 'klingon' } });
    expect(reply.body['errors']).toMatchObject([{ at: '/locale' }]);
  });
});
