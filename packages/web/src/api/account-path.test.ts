import { describe, expect, test } from 'vitest';
import { rawPathOf } from './account-path.ts';
import { enrollPerson, openApiWorld } from '../testing/api-world.ts';

describe('the account in the path', () => {
  test('is decoded once, whatever an application calls its users', async () => {
    const { send } = await openApiWorld();
    const names = [
      'user@example.com',
      'a/b',
      'a?b#c',
      '100%',
      '%2F',
      '%2e%2e',
      'ключ',
      '\u{1f511}',
      'a b',
      'a+b',
      ':account',
      '*',
      '{account}',
      '__proto__',
      'constructor',
      'x'.repeat(200),
    ];
    for (const id of names) {
      const reply = await send('GET', `/v1/accounts/${encodeURIComponent(id)}`);
      expect([reply.status, reply.body['id']]).toEqual([200, id]);
    }
  });

  test('C9 is one account in every spelling of Unicode', async () => {
    const world = await openApiWorld();
    await enrollPerson(world, 'e\u0301');
    const reply = await world.send('GET', `/v1/accounts/${encodeURIComponent('\u00e9')}`);
    expect(reply.body['status']).toBe('active');
  });

  test('is refused with a 400 where it is none, and before anything else is looked at', async () => {
    const { send } = await openApiWorld();
    const segments = [
      '%00',
      '%',
      '%zz',
      '%E0%A4%A',
      '%ff',
      '%ed%a0%80',
      '%0a',
      '%c2%85',
      '%e2%80%a8',
      'x'.repeat(201),
    ];
    segments.push('%F0%9F%94%91'.repeat(201), 'x'.repeat(30_000));
    for (const segment of segments) {
      for (const [method, path, body] of [
        ['GET', ''],
        ['POST', '/verify', '{"code":"123456"}'],
        ['POST', '/factors', '{"kind":"totp"}'],
      ] as const) {
        const reply = await send(method, `/v1/accounts/${segment}${path}`, { body });
        expect([segment.slice(0, 20), reply.status, reply.problem]).toEqual([
          segment.slice(0, 20),
          400,
          'invalid',
        ]);
        expect(reply.body['errors']).toMatchObject([{ at: 'account' }]);
      }
    }
    const factor = await send('PATCH', '/v1/accounts/alice/factors/%zz', { body: { label: 'x' } });
    expect(factor.body['errors']).toMatchObject([{ at: 'factorId' }]);
  });

  test('a dot segment never reaches an account: every URL takes it out itself', async () => {
    const { send } = await openApiWorld();
    const body = { code: '123456' };
    for (const dots of ['.', '..', '%2e', '%2E%2e', '.%2e', '']) {
      const { status } = await send('POST', `/v1/accounts/${dots}/verify`, { body });
      expect([404, 405]).toContain(status);
    }
  });

  test('is read from the URL as it was sent', () => {
    expect(rawPathOf({ url: 'http://localhost/v1/a%2Fb?x=/y#z' })).toBe('/v1/a%2Fb');
    expect(rawPathOf({ url: 'http://localhost/v1#/x?y' })).toBe('/v1');
    expect(rawPathOf({ url: 'http://user:pass@localhost:3000/' })).toBe('/');
    expect(rawPathOf({ url: 'http://localhost' })).toBe('/');
  });
});
