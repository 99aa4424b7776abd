import { Totp } from '@tidelock/otp';
import { expect, test } from 'vitest';
import { enrollPerson, openApiWorld } from '../../testing/api-world.ts';

test('S25 C13 a new phone takes the place of the old one, once the mailed code was given besides', async () => {
  const world = await openApiWorld({ notices: { channel: 'email' } });
  const contacts = { emails: ['alice@example.org'] };
  await world.send('PUT', '/v1/accounts/alice/contacts', { body: contacts });
  const alice = await enrollPerson(world);
  const begin = async () =>
    world.send('POST', `${alice.path}/factors`, {
      body: { kind: 'totp', label: 'new phone', replaces: alice.factorId },
      headers: { 'tidelock-proof': await alice.proof() },
    });
  await world.mails();
  const enrolled = await begin();
  expect(enrolled.status).toBe(201);
  expect(enrolled.body['emailCode']).toEqual({
    sentTo: ['a•••@e•••.org'],
    expiresAt: '2026-01-01T00:11:00.000Z',
  });
  const { id } = enrolled.body['factor'] as { id: string };
  const totp = new Totp(String(enrolled.body['secret']));
  const activate = (emailCode?: unknown) => {
    const body = { code: totp.generate({ at: world.clock.now() }), emailCode };
    return world.send('POST', `${alice.path}/factors/${id}/activate`, { body });
  };
  for (const [emailCode, reason] of [
    [undefined, 'malformed'],
    [['x'], 'malformed'],
    ['0000-0000', 'wrong'],
  ]) {
    const refused = await activate(emailCode);
    expect([refused.status, refused.problem, refused.body['reason']]).toEqual([403, 'code-rejected', reason]);
  }
  const resend = () => world.send('POST', `${alice.path}/factors/${id}/resend`);
  const early = await resend();
  expect([early.status, early.problem, early.headers.get('retry-after')]).toEqual([
    429,
    'rate-limited',
    '30',
  ]);
  await world.mails();
  world.clock.advance(30);
  expect((await resend()).body).toEqual({
    sentTo: ['a•••@e•••.org'],
    expiresAt: '2026-01-01T00:11:30.000Z',
  });
  const [mail] = await world.mails();
  const done = await activate(mail!.code);
  expect([done.status, done.body['outcome']]).toEqual([200, 'accepted']);
  expect((await world.send('GET', alice.path)).body['factors']).toMatchObject([{ id, label: 'new phone' }]);
  // C15: neither address nor code stands in the log of requests, or in that of acts.
  const logs = JSON.stringify([world.lines, (await world.send('GET', `${alice.path}/events`)).body]);
  for (const part of ['alice@', mail!.code!]) expect(logs).not.toContain(part);
});
