import { describe, expect, test } from 'vitest';
import { isSecure } from './transport.ts';
import { openApiWorld } from '../testing/api-world.ts';

interface Case {
  readonly url: string;
  readonly forwarded?: string;
  readonly header?: string;
  readonly remoteAddress?: string;
  readonly trustProxy?: boolean;
  readonly secure: boolean;
}

const cases: readonly Case[] = [
  { url: 'https://2fa.example.com/', remoteAddress: '203.0.113.7', secure: true },
  { url: 'http://localhost:3000/', secure: true },
  { url: 'http://127.0.0.1/', remoteAddress: '127.0.0.1', secure: true },
  { url: 'http://127.9.9.9/', remoteAddress: '::ffff:127.0.0.1', secure: true },
  { url: 'http://[::1]:3000/', remoteAddress: '::1', secure: true },
  { url: 'http://app.localhost/', remoteAddress: '::1', secure: true },
  { url: 'http://2fa.example.com/', secure: false },
  { url: 'http://192.168.0.5/', remoteAddress: '192.168.0.9', secure: false },
  { url: 'http://localhost.example.com/', secure: false },
  { url: 'http://127.0.0.1.example.com/', secure: false },
  { url: 'http://notlocalhost/', secure: false },
  // The host is what the client says; the address is what the server knows.
  { url: 'http://localhost/', remoteAddress: '203.0.113.7', secure: false },
  { url: 'http://localhost/', remoteAddress: '127.0.0.1.example.com', secure: false },
  // A proxy on this machine that hands on what came by plain http.
  { url: 'http://127.0.0.1:3000/', remoteAddress: '127.0.0.1', header: 'x-forwarded-for', secure: false },
  { url: 'http://127.0.0.1:3000/', remoteAddress: '127.0.0.1', header: 'via', secure: false },
  { url: 'http://127.0.0.1:3000/', remoteAddress: '127.0.0.1', forwarded: 'https', secure: false },
  // X-Forwarded-Proto counts where a proxy of our own is said to set it, and nowhere else.
  { url: 'http://2fa.example.com/', forwarded: 'https', secure: false },
  { url: 'http://2fa.example.com/', forwarded: 'https', trustProxy: true, secure: true },
  { url: 'http://2fa.example.com/', forwarded: 'HTTPS, https', trustProxy: true, secure: true },
  { url: 'http://2fa.example.com/', forwarded: 'https, http', trustProxy: true, secure: false },
  { url: 'http://2fa.example.com/', forwarded: 'http, https', trustProxy: true, secure: false },
  { url: 'http://2fa.example.com/', forwarded: 'httpsx', trustProxy: true, secure: false },
  { url: 'http://localhost/', forwarded: 'http', trustProxy: true, secure: false },
  { url: 'http://2fa.example.com/', trustProxy: true, secure: false },
];

describe('S02 plain http', () => {
  test.each(cases)(
    '$url from $remoteAddress, forwarded $forwarded, trusted $trustProxy: $secure',
    (given) => {
      const { url, forwarded, header, remoteAddress, trustProxy = false, secure } = given;
      const headers = {
        ...(forwarded === undefined ? {} : { 'x-forwarded-proto': forwarded }),
        ...(header === undefined ? {} : { [header]: 'x' }),
      };
      const connection = remoteAddress === undefined ? undefined : { remoteAddress };
      expect(isSecure(new Request(url, { headers }), connection, trustProxy)).toBe(secure);
    },
  );

  test('S02 no call whose answer holds a secret is served over it, and nothing is made', async () => {
    const world = await openApiWorld();
    const away = { origin: 'http://2fa.example.com', connection: { remoteAddress: '203.0.113.7' } };
    for (const [path, body] of [
      ['factors', { kind: 'totp' }],
      ['factors/fct_x/activate', { code: '123456' }],
      ['backup-codes', undefined],
    ] as const) {
      const reply = await world.send('POST', `/v1/accounts/alice/${path}`, { ...away, body });
      expect([reply.status, reply.problem]).toEqual([403, 'insecure-transport']);
    }
    expect((await world.send('GET', '/v1/accounts/alice/events')).body['items']).toEqual([]);
    const trusted = await openApiWorld({ api: { trustProxy: true } });
    const reply = await trusted.send('POST', '/v1/accounts/alice/factors', {
      ...away,
      body: { kind: 'totp' },
      headers: { 'x-forwarded-proto': 'https' },
    });
    expect(reply.status).toBe(201);
  });
});
