import { Totp } from '@tidelock/otp';
import { afterEach, expect, test } from 'vitest';
import { startMailServer } from '../../packages/channels/src/testing/mail-server.ts';
import {
  freePort,
  newServiceHome,
  runTidelock,
  startService,
  type RunningService,
} from '../service/running-service.ts';

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

async function begin() {
  const mailPort = await freePort();
  const server = await startMailServer({ port: mailPort });
  endings.push(() => server.stop());
  const plain = newServiceHome();
  endings.push(() => plain.remove());
  const mail = {
    TIDELOCK_SMTP_URL: `smtp://127.0.0.1:${mailPort}`,
    TIDELOCK_MAIL_FROM: 'Acme <no-reply@acme.example>',
    TIDELOCK_PUBLIC_URL: 'https://acme.example/two-factor',
  };
  const home = { ...plain, environment: { ...plain.environment, ...mail } };
  expect(await runTidelock(home, ['init'])).toMatchObject({ status: 0 });
  const services = [await startService(home), await startService(home)];
  for (const service of services) endings.push(() => service.kill());
  return { server, services };
}

async function enroll(service: RunningService, account: string, email: string): Promise<void> {
  const path = `/v1/accounts/${account}`;
  expect((await service.call('PUT', `${path}/contacts`, { emails: [email] })).status).toBe(200);
  const { secret, factor } = (await service.call('POST', `${path}/factors`, { kind: 'totp' })).body as {
    secret: string;
    factor: { id: string };
  };
  const code = new Totp(secret).generate();
  expect((await service.call('POST', `${path}/factors/${factor.id}/activate`, { code })).status).toBe(200);
}

test('E1 E2 two services mail one person no more than their budget, and an alarm comes through a flood', async () => {
  const { server, services } = await begin();
  const [one, other] = services as [RunningService, RunningService];
  await enroll(one, 'victim', 'Vic.Tim@example.com');
  // Whoever registers many names with somebody else's address makes a mail each.
  for (let name = 0; name < 60; name += 1) {
    const emails = [name % 2 === 0 ? 'victim@example.com' : `v.ictim+${name}@EXAMPLE.com`];
    const service = name % 3 === 0 ? one : other;
    expect((await service.call('PUT', `/v1/accounts/name-${name}/contacts`, { emails })).status).toBe(200);
  }
  await expect.poll(() => server.mails.length, { timeout: 20_000 }).toBe(20);
  const reset = await other.call('POST', '/v1/accounts/victim/reset', {
    actor: 'mallory',
    reason: 'lost the phone',
  });
  expect(reset.status).toBe(200);
  await expect.poll(() => server.mails.length, { timeout: 20_000 }).toBe(21);
  expect(server.mails[20]!.text).toContain('https://acme.example/two-factor/recovery/not-me');
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  expect(server.mails).toHaveLength(21);
  const output = services.map((service) => service.output()).join('\n');
  expect(output).toContain('a message is over budget, and waits');
  expect(output.toLowerCase()).not.toContain('example.com');
}, 60_000);
