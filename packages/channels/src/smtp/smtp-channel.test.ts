import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { Delivery } from '@tidelock/engine';
import { afterEach, describe, expect, test } from 'vitest';
import {
  newTlsKey,
  startMailServer,
  type MailServer,
  type MailServerOptions,
} from '../testing/mail-server.ts';
import { smtpChannel, type SmtpChannelOptions } from './smtp-channel.ts';

const from = 'Acme <no-reply@acme.example>';
const delivery: Delivery = {
  id: `msg_${'x'.repeat(43)}`,
  to: 'alice@example.com',
  locale: 'en',
  issuer: 'Acme',
  notice: { kind: 'unlocked', at: 1_767_225_600, actor: 'carol', note: 'ticket 4711' },
};

const endings: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0)) await end();
});

async function serve(options: MailServerOptions = {}): Promise<MailServer> {
  const server = await startMailServer(options);
  endings.push(() => server.stop());
  return server;
}

function channelTo(port: number, options: Partial<SmtpChannelOptions> = {}) {
  const channel = smtpChannel({ url: `smtp://127.0.0.1:${port}`, from, ...options });
  endings.push(() => channel.close());
  return channel;
}

describe('a mail', () => {
  test('arrives with both forms of its text, and its id as Message-ID and idempotency key', async () => {
    const { port, mails } = await serve();
    expect(await channelTo(port).deliver(delivery)).toEqual({ outcome: 'delivered' });
    const [mail] = mails;
    expect(mail).toMatchObject({ from: 'no-reply@acme.example', to: ['alice@example.com'] });
    expect(mail!.header('message-id')).toBe(`<${delivery.id}@acme.example>`);
    expect(mail!.header('x-idempotency-key')).toBe(delivery.id);
    expect(mail!.header('auto-submitted')).toBe('auto-generated');
    expect(mail!.header('from')).toBe('Acme <no-reply@acme.example>');
    expect(mail!.header('to')).toBe('alice@example.com');
    expect(mail!.header('subject')).toBe('Acme: an administrator ended the lock of your account');
    expect(mail!.header('content-type')).toMatch(/^multipart\/alternative/);
    expect(mail!.text).toContain('was ended by carol (reason given: “ticket 4711”)');
    expect(mail!.text).toContain('January 1, 2026 at 12:00 AM UTC');
    expect(mail!.text).not.toMatch(/https?:/);
  });

  test('that comes again has the same id, so that a receiver can drop it', async () => {
    const { port, mails } = await serve();
    const channel = channelTo(port);
    await channel.deliver(delivery);
    await channel.deliver(delivery);
    expect(new Set(mails.map((mail) => mail.header('message-id'))).size).toBe(1);
  });

  test('many go over few connections', async () => {
    const { port, mails, connections } = await serve();
    const channel = channelTo(port);
    const results = await Promise.all(
      Array.from({ length: 40 }, (_, place) =>
        channel.deliver({ ...delivery, id: `msg_${place}`, to: `user${place}@example.com` }),
      ),
    );
    expect(results.every(({ outcome }) => outcome === 'delivered')).toBe(true);
    expect(mails).toHaveLength(40);
    expect(connections()).toBeLessThanOrEqual(4);
  });

  test('C15 has no header but ours, whatever is in its parts', async () => {
    const { port, mails } = await serve();
    const channel = channelTo(port);
    const evil = 'x\r\nBcc: eve@example.org\r\n\r\nbody';
    const injected = { ...delivery.notice, actor: evil, note: evil, label: evil };
    await channel.deliver({
      ...delivery,
      id: `msg_1\r\nBcc: eve@example.org`,
      issuer: evil,
      notice: injected,
    });
    for (const to of [`alice@example.com\r\nBcc: eve@example.org`, 'a@example.com, eve@example.org'])
      expect(await channel.deliver({ ...delivery, to })).toEqual({ outcome: 'failed', reason: 'RangeError' });
    expect(mails).toHaveLength(1);
    expect(mails[0]!.to).toEqual(['alice@example.com']);
    const [head] = mails[0]!.source.split('\r\n\r\n');
    expect(head).not.toMatch(/^bcc:/im);
  });
});

describe('TLS', () => {
  const tls = newTlsKey();

  test('by STARTTLS, with a certificate that is known', async () => {
    const { port, mails } = await serve({ tls });
    const channel = channelTo(port, { requireTls: true, ca: tls.cert });
    expect(await channel.deliver(delivery)).toEqual({ outcome: 'delivered' });
    expect(mails).toMatchObject([{ isSecure: true }]);
  });

  test('from the first byte, with a login', async () => {
    const login = { user: 'acme', password: 'p:/w@rd' };
    const { port, mails } = await serve({ tls, isImplicitTls: true, login });
    const url = `smtps://acme:${encodeURIComponent(login.password)}@127.0.0.1:${port}`;
    const channel = channelTo(port, { url, ca: tls.cert });
    expect(await channel.deliver(delivery)).toEqual({ outcome: 'delivered' });
    expect(mails).toMatchObject([{ isSecure: true }]);
    const wrong = channelTo(port, { url: url.replace('acme:', 'other:'), ca: tls.cert });
    expect(await wrong.deliver(delivery)).toEqual({ outcome: 'failed', reason: '535' });
  });

  test('where it is required, nothing goes to a server that has none, or whose certificate nobody knows', async () => {
    const plain = await serve();
    expect(await channelTo(plain.port, { requireTls: true }).deliver(delivery)).toMatchObject({
      outcome: 'failed',
    });
    const unknown = await serve({ tls });
    expect(await channelTo(unknown.port, { requireTls: true }).deliver(delivery)).toMatchObject({
      outcome: 'failed',
    });
    expect([...plain.mails, ...unknown.mails]).toEqual([]);
  });
});

describe('a server', () => {
  test('that is down fails at once, and a mail arrives when it is back', async () => {
    const first = await serve();
    const { port } = first;
    await first.stop();
    const channel = channelTo(port);
    expect(await channel.deliver(delivery)).toEqual({
      outcome: 'failed',
      reason: expect.stringMatching(/^E/),
    });
    const again = await serve({ port });
    expect(await channel.deliver(delivery)).toEqual({ outcome: 'delivered' });
    expect(again.mails).toHaveLength(1);
  });

  test('that refuses one address refuses it for good, and takes the others', async () => {
    const { port, mails } = await serve({
      answerRecipient: (address) =>
        address.startsWith('gone') ? { code: 550, text: `5.1.1 <${address}> no such mailbox` } : null,
    });
    const channel = channelTo(port);
    const gone = await channel.deliver({ ...delivery, to: 'gone@example.com' });
    // The server's words repeat the address; they are not handed on.
    expect(gone).toEqual({ outcome: 'refused', reason: '550' });
    expect(await channel.deliver(delivery)).toEqual({ outcome: 'delivered' });
    expect(mails).toHaveLength(1);
  });

  test.each([
    [450, '4.2.1 mailbox busy', 'failed'],
    [552, '5.2.2 mailbox full', 'refused'],
    [554, '5.7.1 relaying denied', 'failed'],
  ])('that answers a recipient by %i %s has it %s', async (code, text, outcome) => {
    const { port } = await serve({ answerRecipient: () => ({ code, text }) });
    expect(await channelTo(port).deliver(delivery)).toEqual({ outcome, reason: String(code) });
  });

  test('that answers 4xx and then 2xx gets the mail once', async () => {
    let before = 0;
    const { port, mails } = await serve({
      answerMail: () => (before++ === 0 ? { code: 451, text: '4.3.0 try again' } : null),
    });
    const channel = channelTo(port);
    expect(await channel.deliver(delivery)).toEqual({ outcome: 'failed', reason: '451' });
    expect(await channel.deliver(delivery)).toEqual({ outcome: 'delivered' });
    expect(mails).toHaveLength(1);
  });

  test('that hangs is left after the limit: at the greeting, and after the mail', async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => void sockets.push(socket.on('error', () => undefined)));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    endings.push(async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => silent.close(resolve));
    });
    const { port } = silent.address() as AddressInfo;
    const late = { outcome: 'failed', reason: 'timeout' };
    expect(await channelTo(port, { timeoutSeconds: 0.3 }).deliver(delivery)).toEqual(late);
    const swallowing = await serve({ answerMail: () => new Promise(() => undefined) });
    expect(await channelTo(swallowing.port, { timeoutSeconds: 0.5 }).deliver(delivery)).toEqual(late);
  });
});
