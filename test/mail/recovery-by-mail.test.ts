import { createCourier, keyRing } from '@tidelock/engine';
import { memoryStore } from '@tidelock/engine/testing';
import { Totp } from '@tidelock/otp';
import { afterEach, expect, test } from 'vitest';
import { smtpChannel } from '../../packages/channels/src/smtp/smtp-channel.ts';
import {
  startMailServer,
  type MailServer,
  type ReceivedMail,
} from '../../packages/channels/src/testing/mail-server.ts';
import { testKeys } from '../../packages/engine/src/testing/enrolled-account.ts';
import { enrollPerson, openApiWorld, type ApiWorld } from '../../packages/web/src/testing/api-world.ts';
import { freePort, newServiceHome, runTidelock, startService } from '../service/running-service.ts';

const day = 86_400;
const publicUrl = 'https://acme.example';
const path = '/v1/accounts/alice';
const own = ['alice@example.org', 'alice@work.example'];

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

interface Mailed {
  readonly world: ApiWorld;
  readonly server: MailServer;
  /** The mails with this subject that came since the last look for it, when there are so many. */
  receive(subject: string, count?: number): Promise<readonly ReceivedMail[]>;
}

/** The API on a clock that stands still, and a courier that carries its mails to a real server. */
async function openMailed(): Promise<Mailed> {
  const server = await startMailServer();
  endings.push(() => server.stop());
  const store = memoryStore();
  const world = await openApiWorld({ store, notices: { channel: 'email', publicUrl } });
  const channel = smtpChannel({ url: `smtp://127.0.0.1:${server.port}`, from: 'no-reply@acme.example' });
  endings.push(() => channel.close());
  const { clock } = world;
  const courier = createCourier({ store, keys: keyRing(testKeys), channels: [channel], clock });
  courier.start();
  endings.push(() => courier.stop());
  const seen = new Set<ReceivedMail>();
  return {
    world,
    server,
    async receive(subject, count = own.length) {
      const fresh = () =>
        server.mails.filter((mail) => !seen.has(mail) && subjectOf(mail) === `Acme: ${subject}`);
      await until(() => fresh().length >= count);
      const mails = fresh();
      for (const mail of mails) seen.add(mail);
      return mails;
    },
  };
}

async function until(isSo: () => boolean, seconds = 20): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!isSo()) {
    if (Date.now() > deadline) throw new Error('It did not come to be so in time.');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const subjectOf = (mail: ReceivedMail): string => mail.header('subject') ?? '';
const codeOf = ([mail]: readonly ReceivedMail[]): string =>
  /The code: ([0-9A-Z]{4}-[0-9A-Z]{4})/.exec(mail!.text)![1]!;
const linkOf = ([mail]: readonly ReceivedMail[]): URL => new URL(/Stop it here: (\S+)/.exec(mail!.text)![1]!);

test('S30 LIFE-08 LIFE-10 the whole way of somebody who lost everything, by mails of a real server', async () => {
  const { world, receive } = await openMailed();
  const { clock, send } = world;
  await send('PUT', `${path}/contacts`, { body: { emails: own } });
  const alice = await enrollPerson(world);

  const begun = await send('POST', `${path}/recovery`);
  expect([begun.status, begun.body['state'], begun.body['sentTo']]).toEqual([
    201,
    'confirming',
    ['a•••@e•••.org', 'a•••@w•••.example'],
  ]);
  expect((await receive('somebody wants to switch your two-factor authentication off')).length).toBe(2);
  const code = codeOf(await receive('a code to get back into your account'));
  expect((await send('POST', `${path}/recovery/confirm`, { body: { code } })).status).toBe(200);
  const proved = await receive('one of two proofs to switch your two-factor authentication off');
  await send('POST', `${path}/password-changed`);
  const waiting = await receive('your two-factor authentication is to be switched off');
  expect(waiting.map(({ to }) => to[0]).toSorted()).toEqual(own.toSorted());
  expect(waiting[0]!.text).toContain('Nothing is removed before January 2, 2026');
  expect(linkOf(waiting).href).toMatch(
    /^https:\/\/acme\.example\/recovery\/not-me\?account=alice&token=nme_[\w-]{22}$/,
  );
  // C24: each message has a link of its own, and only the newest one stops it.
  expect(linkOf(waiting).href).not.toBe(linkOf(proved).href);

  // Both devices still work, so nothing was lost so far.
  expect((await send('POST', `${path}/verify`, { body: { code: alice.code() } })).status).toBe(200);
  clock.advance(day - 1);
  expect((await send('POST', `${path}/recovery/confirm`, { body: { code } })).problem).toBe(
    'recovery-not-ready',
  );
  clock.advance(1);
  await send('POST', `${path}/recovery`);
  const last = codeOf(await receive('the last code to switch two-factor authentication off'));
  const done = await send('POST', `${path}/recovery/confirm`, { body: { code: last } });
  expect([done.status, done.body]).toEqual([200, { recovery: null }]);
  const account = await send('GET', path);
  expect(account.body).toMatchObject({
    status: 'none',
    sessionsEndedAt: new Date(clock.now() * 1000).toISOString(),
  });
  expect((await receive('your two-factor authentication was switched off')).length).toBe(2);
  // C15: no log knows a code, a token or an address.
  const logs = JSON.stringify([world.lines, (await send('GET', `${path}/events`)).body]);
  for (const secret of [code, last, linkOf(waiting).searchParams.get('token')!, ...own])
    expect(logs).not.toContain(secret);
  const again = await send('POST', `${path}/factors`, { body: { kind: 'totp' } });
  expect(again.status).toBe(201);
}, 60_000);

test('S30 C24 the link of the newest mail stops it, once, and the owner hears of that', async () => {
  const { world, receive } = await openMailed();
  const { send } = world;
  await send('PUT', `${path}/contacts`, { body: { emails: own } });
  await enrollPerson(world);
  await send('POST', `${path}/recovery`);
  const token = linkOf(
    await receive('somebody wants to switch your two-factor authentication off'),
  ).searchParams.get('token');
  const freeze = () => send('POST', `${path}/recovery/freeze`, { body: { token } });
  const frozen = await freeze();
  expect([frozen.status, frozen.body['recovery']]).toMatchObject([200, { state: 'frozen' }]);
  expect([(await freeze()).status, (await freeze()).problem]).toEqual([403, 'link-refused']);
  expect((await receive('the switching-off of two-factor authentication was stopped')).length).toBe(2);
  world.clock.advance(60);
  expect((await send('POST', `${path}/recovery`)).problem).toBe('recovery-frozen');
}, 60_000);

test('S30 the service takes TIDELOCK_PUBLIC_URL, refuses one that is not safe, and mails codes in German', async () => {
  const mailPort = await freePort();
  const plain = newServiceHome();
  endings.push(() => plain.remove());
  const settings = {
    TIDELOCK_SMTP_URL: `smtp://127.0.0.1:${mailPort}`,
    TIDELOCK_MAIL_FROM: 'no-reply@acme.example',
    TIDELOCK_PUBLIC_URL: publicUrl,
  };
  const home = { ...plain, environment: { ...plain.environment, ...settings } };
  expect(await runTidelock(home, ['init'])).toMatchObject({ status: 0 });
  const wrong = { ...home, environment: { ...home.environment, TIDELOCK_PUBLIC_URL: 'http://acme.example' } };
  const refused = await runTidelock(wrong, ['serve']);
  expect([refused.status, refused.output.includes('TIDELOCK_PUBLIC_URL')]).toEqual([2, true]);
  const server = await startMailServer({ port: mailPort });
  endings.push(() => server.stop());
  const service = await startService(home);
  endings.push(() => service.kill());
  await service.call('PUT', `${path}/contacts`, { emails: [own[0]], locale: 'de' });
  const { secret, factor } = (await service.call('POST', `${path}/factors`, { kind: 'totp' })).body as {
    secret: string;
    factor: { id: string };
  };
  const code = new Totp(secret).generate();
  await service.call('POST', `${path}/factors/${factor.id}/activate`, { code });
  expect((await service.call('POST', `${path}/recovery`, {})).status).toBe(201);
  await until(() => server.mails.length >= 4);
  const texts = server.mails.map(({ text }) => text).join('\n');
  expect(texts).toMatch(/Der Code: [0-9A-Z]{4}-[0-9A-Z]{4}/);
  expect(texts).toMatch(
    /Halten Sie es hier an: https:\/\/acme\.example\/recovery\/not-me\?account=alice&token=nme_/,
  );
  // SECURITY: C15, a token or a code in the log would be as good as the mail.
  expect(await service.stop()).toBe(0);
  expect(service.output()).not.toMatch(/nme_|[0-9A-Z]{4}-[0-9A-Z]{4}\b(?!-)/);
}, 90_000);
