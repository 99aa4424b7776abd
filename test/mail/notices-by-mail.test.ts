import { Totp } from '@tidelock/otp';
import { afterEach, expect, test } from 'vitest';
import { startMailServer, type MailServer } from '../../packages/channels/src/testing/mail-server.ts';
import {
  freePort,
  newServiceHome,
  runTidelock,
  startService,
  type RunningService,
  type ServiceHome,
} from '../service/running-service.ts';

const path = '/v1/accounts/alice';
const locked = 'codes are refused for a while';

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

/** A store of its own, and the settings of a mail server that need not be there. */
async function newHome(): Promise<{ home: ServiceHome; mailPort: number }> {
  const mailPort = await freePort();
  const plain = newServiceHome();
  endings.push(() => plain.remove());
  const mail = {
    TIDELOCK_SMTP_URL: `smtp://127.0.0.1:${mailPort}`,
    TIDELOCK_MAIL_FROM: 'Acme <no-reply@acme.example>',
  };
  const home = { ...plain, environment: { ...plain.environment, ...mail } };
  expect(await runTidelock(home, ['init'])).toMatchObject({ status: 0 });
  return { home, mailPort };
}

async function begin(home: ServiceHome): Promise<RunningService> {
  const service = await startService(home);
  endings.push(() => service.kill());
  return service;
}

async function receive(port: number, options: Parameters<typeof startMailServer>[0] = {}) {
  const server = await startMailServer({ ...options, port });
  endings.push(() => server.stop());
  return server;
}

/** Contacts, a factor, and then five wrong codes. */
async function lockAlice(service: RunningService): Promise<void> {
  const contacts = await service.call('PUT', `${path}/contacts`, { emails: ['alice@example.com'] });
  expect(contacts.status).toBe(200);
  const { secret, factor } = (await service.call('POST', `${path}/factors`, { kind: 'totp' })).body as {
    secret: string;
    factor: { id: string };
  };
  const code = new Totp(secret).generate();
  expect((await service.call('POST', `${path}/factors/${factor.id}/activate`, { code })).status).toBe(200);
  for (let guess = 0; guess < 5; guess += 1) await service.call('POST', `${path}/verify`, { code: 'wrong' });
}

const subjects = ({ mails }: MailServer): readonly string[] =>
  mails.map((mail) => (mail.header('subject') ?? '').replace(/^Acme: /, '')).toSorted();

async function until(isSo: () => boolean, seconds = 40): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!isSo()) {
    if (Date.now() > deadline) throw new Error('It did not come to be so in time.');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const all = [
  'a device was added to your account',
  locked,
  'the e-mail addresses for these messages were changed',
].toSorted();

test('LIFE-04 an account is locked, and the mail arrives, once; what a command does is told of, too', async () => {
  const { home, mailPort } = await newHome();
  const server = await receive(mailPort);
  const service = await begin(home);
  await lockAlice(service);
  await until(() => server.mails.length >= 3);
  expect(subjects(server)).toEqual(all);
  const unlock = await runTidelock(home, [
    'account',
    'unlock',
    'alice',
    '--reason',
    'call',
    '--actor',
    'Carol',
  ]);
  expect(unlock).toMatchObject({ status: 0 });
  await until(() => server.mails.length >= 4);
  expect(server.mails[3]!.text).toContain('was ended by Carol');
  await new Promise((resolve) => setTimeout(resolve, 3000));
  expect(server.mails).toHaveLength(4);
  // C15: neither the log nor the answers know the address.
  expect(await service.stop()).toBe(0);
  expect(service.output()).toContain('a message was delivered');
  expect(service.output()).not.toContain('alice@');
}, 60_000);

test('the mail server is down for a while, and the mails arrive later, each once', async () => {
  const { home, mailPort } = await newHome();
  const service = await begin(home);
  await lockAlice(service);
  await until(() => service.output().includes('is tried again'));
  const server = await receive(mailPort);
  await until(() => server.mails.length >= 3);
  expect(subjects(server)).toEqual(all);
  expect(await service.stop()).toBe(0);
}, 90_000);

test('F2 the service is killed before it could send anything, and the next one sends it', async () => {
  const { home, mailPort } = await newHome();
  const first = await begin(home);
  await lockAlice(first);
  await first.kill();
  const server = await receive(mailPort);
  const second = await begin(home);
  // What the first one had leased comes back within three minutes; a failed one waits for seconds.
  await until(() => subjects(server).includes(locked), 200);
  expect(new Set(server.mails.map((mail) => mail.header('message-id'))).size).toBe(server.mails.length);
  expect(await second.stop()).toBe(0);
}, 240_000);

test('a service stops in time although its mail server hangs', async () => {
  const { home, mailPort } = await newHome();
  const server = await receive(mailPort, { answerMail: () => new Promise(() => undefined) });
  const service = await begin(home);
  await lockAlice(service);
  await until(() => server.connections() > 0);
  const started = performance.now();
  expect(await service.stop()).toBe(0);
  expect(performance.now() - started).toBeLessThan(9000);
}, 60_000);

test('C16 a wrong setting keeps it from starting, and no password is told', async () => {
  const { home } = await newHome();
  for (const [name, value] of [
    ['TIDELOCK_SMTP_URL', 'http://acme:hunter2@mail.example.com'],
    ['TIDELOCK_SMTP_URL', ''],
    ['TIDELOCK_MAIL_FROM', 'Acme'],
    ['TIDELOCK_MAIL_FROM', ''],
    ['TIDELOCK_MAIL_LOCALE', 'Deutsch'],
    ['TIDELOCK_MAIL_HELP_URL', 'http://acme.example'],
  ] as const) {
    const wrong = { ...home, environment: { ...home.environment, [name]: value } };
    const { status, output } = await runTidelock(wrong, ['serve']);
    expect([name, status]).toEqual([name, 2]);
    expect(output).toContain(name);
    expect(output).not.toContain('hunter2');
  }
}, 60_000);
