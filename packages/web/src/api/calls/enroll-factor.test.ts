import { Hotp } from '@tidelock/otp';
import { describe, expect, test } from 'vitest';
import { enrollPerson, openApiWorld } from '../../testing/api-world.ts';

const factors = '/v1/accounts/alice/factors';

describe('POST factors', () => {
  test('S10 S35 answers 201 with a pending factor, its secret, its URI and its QR code as a PNG', async () => {
    const { send } = await openApiWorld();
    const reply = await send('POST', factors, {
      body: { kind: 'totp', label: 'my phone', accountName: 'alice@example.com' },
    });
    expect(reply.status).toBe(201);
    expect(reply.body).toEqual({
      factor: {
        id: expect.stringMatching(/^fct_[\w-]{22}$/) as string,
        kind: 'totp',
        label: 'my phone',
        status: 'pending',
        createdAt: '2026-01-01T00:00:00.000Z',
        activatedAt: null,
        lastUsedAt: null,
      },
      secret: expect.stringMatching(/^[A-Z2-7]{32}$/) as string,
      uri: `otpauth://totp/Acme:alice%40example.com?secret=${String(reply.body['secret'])}&issuer=Acme`,
      qr: expect.stringMatching(/^data:image\/png;base64,iVBORw0KGgo/) as string,
    });
    expect(reply.headers.get('cache-control')).toBe('no-store');
  });

  test('S31 S41 an HOTP factor is enrolled and accepts its codes one after another', async () => {
    const { send } = await openApiWorld();
    const reply = await send('POST', factors, { body: { kind: 'hotp' } });
    expect(reply.status).toBe(201);
    const hotp = new Hotp(String(reply.body['secret']));
    const { id } = reply.body['factor'] as { id: string };
    const activated = await send('POST', `${factors}/${id}/activate`, { body: { code: hotp.generate(0) } });
    expect(activated.status).toBe(200);
    for (const counter of [1, 2, 3]) {
      const code = hotp.generate(counter);
      expect((await send('POST', '/v1/accounts/alice/verify', { body: { code } })).status).toBe(200);
      expect((await send('POST', '/v1/accounts/alice/verify', { body: { code } })).status).toBe(403);
    }
  });

  test('C14 a secret in the request is refused, and no member of that kind is ever used', async () => {
    const { send } = await openApiWorld();
    const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
    for (const name of ['secret', 'key', 'seed', 'counter', '__proto__', 'uri', 'algorithm', 'id']) {
      const reply = await send('POST', factors, { body: `{"kind":"totp","${name}":"${secret}"}` });
      expect([reply.status, reply.problem]).toEqual([400, 'invalid']);
      expect(reply.text).not.toContain(secret);
    }
    expect((await send('GET', '/v1/accounts/alice')).body).toMatchObject({ status: 'none' });
  });

  test('a kind, a label or a name that is none is refused with its place and without its value', async () => {
    const { send } = await openApiWorld();
    const bodies: readonly [string, unknown][] = [
      ['/kind', {}],
      ['/kind', { kind: 'voice' }],
      ['/kind', { kind: ['totp'] }],
      ['/label', { kind: 'totp', label: '' }],
      ['/label', { kind: 'totp', label: 'x'.repeat(65) }],
      ['/label', { kind: 'totp', label: 'canary\u0000' }],
      ['/label', { kind: 'totp', label: null }],
      ['/accountName', { kind: 'totp', accountName: 'canary:a' }],
      ['/accountName', { kind: 'totp', accountName: '\ud800' }],
      ['/accountName', { kind: 'totp', accountName: '\u{1f511}'.repeat(200) }],
      ['', { kind: 'totp', 'canary-name': 1 }],
    ];
    for (const [at, body] of bodies) {
      const reply = await send('POST', factors, { body });
      expect([reply.status, reply.problem]).toEqual([400, 'invalid']);
      expect(reply.body['errors']).toEqual([{ at, message: expect.any(String) as string }]);
      expect(reply.text).not.toContain('canary');
    }
  });

  test('C11 a second factor needs a proof, once, and the proof is spent with it', async () => {
    const world = await openApiWorld();
    const alice = await enrollPerson(world);
    const body = { kind: 'totp', label: 'tablet' };
    const without = await world.send('POST', factors, { body });
    expect([without.status, without.problem]).toEqual([403, 'proof-required']);
    const headers = { 'tidelock-proof': await alice.proof() };
    expect((await world.send('POST', factors, { body, headers })).status).toBe(201);
    expect((await world.send('POST', factors, { body, headers })).problem).toBe('proof-required');
  });

  test('a burst of enrollments is answered by 429 with the time to wait', async () => {
    const { send } = await openApiWorld({ policy: { openingsBurst: 1 } });
    await send('POST', factors, { body: { kind: 'totp' } });
    const reply = await send('POST', factors, { body: { kind: 'totp' } });
    expect([reply.status, reply.problem]).toEqual([429, 'rate-limited']);
    expect(reply.headers.get('retry-after')).toBe('1');
  });
});
