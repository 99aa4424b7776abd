import {
  createTidelock,
  keyRing,
  type AccountStore,
  type AuditEvent,
  type NoticeOptions,
  type RateLimiter,
  type Tidelock,
} from '@tidelock/engine';
import { memoryStore, virtualClock, type VirtualClock } from '@tidelock/engine/testing';
import { Totp } from '@tidelock/otp';
import { createDemo, type Demo } from '../create-demo.ts';
import { openDemoDatabase } from '../demo-database.ts';
import { DemoBrowser } from './demo-browser.ts';

/** The demo in this process, at a time that stands still. */
export interface DemoWorld {
  readonly demo: Demo;
  readonly tidelock: Tidelock;
  readonly clock: VirtualClock;
  readonly database: ReturnType<typeof openDemoDatabase>;
  /** What the demo would have told its operator. */
  readonly faults: unknown[];
  browser(): DemoBrowser;
  /** Registers somebody and turns their second factor on; the clock stands one step later. */
  enroll(name: string, email?: string): Promise<Enrolled>;
  events(name: string): Promise<readonly AuditEvent[]>;
}

/** Somebody with an authenticator app, signed in. */
export interface Enrolled {
  readonly name: string;
  readonly account: string;
  readonly browser: DemoBrowser;
  readonly secret: string;
  readonly factorId: string;
  readonly backupCodes: readonly string[];
  /** The code that the app shows so many steps from now. */
  code(steps?: number): string;
  /** The page for a code before a change, answered with one; the clock moves a step on. */
  confirm(path: string, fields?: Readonly<Record<string, string>>): ReturnType<DemoBrowser['post']>;
}

const testKeys = 'test:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=';

export function openDemoWorld(
  options: {
    readonly store?: AccountStore;
    readonly trustProxy?: boolean;
    readonly notices?: NoticeOptions;
    readonly limiter?: RateLimiter;
  } = {},
): DemoWorld {
  const clock = virtualClock();
  const store = options.store ?? memoryStore();
  const { notices, limiter } = options;
  const tidelock = createTidelock({
    issuer: 'Acme',
    store,
    keys: keyRing(testKeys),
    clock,
    ...(notices === undefined ? {} : { notices }),
  });
  const database = openDemoDatabase(':memory:');
  const faults: unknown[] = [];
  const demo = createDemo({
    tidelock,
    database,
    brand: 'Acme',
    trustProxy: options.trustProxy ?? false,
    ...(limiter === undefined ? {} : { limiter }),
    onFault: (error) => faults.push(error),
  });
  const browser = (): DemoBrowser => new DemoBrowser(demo);
  const accountOf = (name: string): string => demo.users.findByKey(name.toLowerCase())!.id;
  return {
    demo,
    tidelock,
    clock,
    database,
    faults,
    browser,
    events: async (name) => (await tidelock.events(accountOf(name))).items,
    enroll: (name, email) => enroll({ name, email, browser: browser(), accountOf, clock }),
  };
}

interface EnrollRooms {
  readonly name: string;
  readonly email: string | undefined;
  readonly browser: DemoBrowser;
  readonly accountOf: (name: string) => string;
  readonly clock: VirtualClock;
}

async function enroll({ name, email, browser, accountOf, clock }: EnrollRooms): Promise<Enrolled> {
  await browser.register(name, email);
  const { secret, factorId } = await beginEnrollment(browser);
  const totp = new Totp(secret);
  const code = (steps = 0): string => totp.generate({ at: clock.now() + steps * 30 });
  const fields = { factor: factorId, label: 'My phone', code: code() };
  const { html } = await browser.post('/two-factor/activate', fields);
  const backupCodes = [...html.matchAll(/(?<=<code>)[0-9A-Z-]{19}(?=<\/code>)/g)].map(([match]) => match);
  clock.advance(30);
  return {
    name,
    account: accountOf(name),
    browser,
    secret,
    factorId,
    backupCodes,
    code,
    async confirm(path, changed = {}) {
      await browser.get('/two-factor');
      await browser.post(path, changed);
      const ticket = browser.field('ticket');
      const page = await browser.post(path, { ...changed, ticket, kind: 'app', code: code() });
      clock.advance(30);
      return page;
    },
  };
}

/** From the security page to the page with the secret, for somebody who is not enrolled. */
export async function beginEnrollment(
  browser: DemoBrowser,
  label = 'My phone',
): Promise<{ readonly secret: string; readonly factorId: string }> {
  await browser.get('/two-factor');
  const { html } = await browser.post('/two-factor/enroll', { label });
  return { secret: /data-text="([A-Z2-7]{32})"/.exec(html)?.[1] ?? '', factorId: browser.field('factor') };
}
