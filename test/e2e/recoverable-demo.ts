import { Totp } from '@tidelock/otp';
import { smtpChannel } from '../../packages/channels/src/smtp/smtp-channel.ts';
import {
  startMailServer,
  type MailServer,
  type ReceivedMail,
} from '../../packages/channels/src/testing/mail-server.ts';
import { createCourier } from '../../packages/engine/src/courier.ts';
import { keyRing } from '../../packages/engine/src/platform/key-ring.ts';
import { testKeys } from '../../packages/engine/src/testing/enrolled-account.ts';
import { memoryStore } from '../../packages/engine/src/testing/memory-store.ts';
import { virtualClock, type VirtualClock } from '../../packages/engine/src/testing/virtual-clock.ts';
import { createTidelock, type Tidelock } from '../../packages/engine/src/tidelock.ts';
import { createDemo } from '../../examples/demo/src/create-demo.ts';
import { openDemoDatabase } from '../../examples/demo/src/demo-database.ts';
import { listen } from '../../packages/tidelock/src/http/listen.ts';
import { freePort } from '../service/running-service.ts';

/** The demo with a mail server, at a time of its own: nobody waits a day for a test. */
export interface RecoverableDemo {
  readonly url: string;
  readonly clock: VirtualClock;
  readonly tidelock: Tidelock;
  /** The code that a device shows now; the clock then moves a step on. */
  codeOf(secret: string): string;
  /** Waits for a mail to this person that was not asked for before, whose subject has these words. */
  mail(name: string, words: string): Promise<ReceivedMail>;
  stop(): Promise<void>;
}

export async function startRecoverableDemo(): Promise<RecoverableDemo> {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const mailServer = await startMailServer();
  const clock = virtualClock();
  const store = memoryStore();
  const keys = keyRing(testKeys);
  const notices = { channel: 'email', publicUrl: `${url}/two-factor` };
  const tidelock = createTidelock({ issuer: 'Tidelock Demo', store, keys, clock, notices });
  const database = openDemoDatabase(':memory:');
  const demo = createDemo({ tidelock, database, brand: 'Tidelock Demo' });
  const channel = smtpChannel({ url: `smtp://127.0.0.1:${mailServer.port}`, from: 'demo@acme.example' });
  await tidelock.ready();
  const courier = createCourier({ store, keys, channels: [channel], clock });
  courier.start();
  const server = await listen({
    fetch: (request, connection) => demo.fetch(request, connection),
    host: 'localhost',
    port,
  });
  const read = new Set<ReceivedMail>();
  return {
    url,
    clock,
    tidelock,
    codeOf(secret) {
      const code = new Totp(secret).generate({ at: clock.now() });
      clock.advance(30);
      return code;
    },
    mail: (name, words) => awaitMail(mailServer, read, { to: `${name.toLowerCase()}@example.com`, words }),
    async stop() {
      await server.close();
      await courier.stop();
      await channel.close();
      await tidelock.close();
      await mailServer.stop();
      database.close();
    },
  };
}

async function awaitMail(
  { mails }: MailServer,
  read: Set<ReceivedMail>,
  wanted: { readonly to: string; readonly words: string },
): Promise<ReceivedMail> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const isWanted = (mail: ReceivedMail): boolean =>
      mail.to.includes(wanted.to) && mail.header('subject')?.includes(wanted.words) === true;
    const found = mails.find((mail) => !read.has(mail) && isWanted(mail));
    if (found !== undefined) {
      read.add(found);
      return found;
    }
    if (Date.now() > deadline) {
      const subjects = mails.map((mail) => mail.header('subject'));
      throw new Error(`No mail says "${wanted.words}": ${subjects.join(' | ')}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The code of a mail, as a person would copy it. */
export function codeIn({ text }: ReceivedMail): string {
  const code = /\b[0-9A-Z]{4}-[0-9A-Z]{4}\b/.exec(text)?.[0];
  if (code === undefined) throw new Error(`There is no code in: ${text}`);
  return code;
}

/** The link that stops a recovery. */
export function linkIn({ text }: ReceivedMail): string {
  const link = /http:\/\/localhost:\d+\/two-factor\/recovery\/not-me\?\S+?token=[\w-]+/.exec(text)?.[0];
  if (link === undefined) throw new Error(`There is no link in: ${text}`);
  return link.replaceAll('&amp;', '&');
}
