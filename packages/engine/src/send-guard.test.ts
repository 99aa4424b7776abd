import { describe, expect, test } from 'vitest';
import type { NoticeKind } from './account/notice.ts';
import { createCourier, type CourierOptions } from './courier.ts';
import type { MessagePayload } from './decisions/message.ts';
import { nodePlatform } from './platform/node-crypto.ts';
import { keyRing } from './platform/key-ring.ts';
import type { Delivery, DeliveryResult } from './ports/channel.ts';
import { defaultSendBudgets } from './send-budgets.ts';
import { countingLimiter } from './testing/counting-limiter.ts';
import { testKeys } from './testing/enrolled-account.ts';
import { memoryStore } from './testing/memory-store.ts';
import { recordingChannel } from './testing/recording-channel.ts';
import { virtualClock } from './testing/virtual-clock.ts';
import { virtualTimer } from './testing/virtual-timer.ts';
import { createVault } from './vault.ts';

const victim = 'victim@example.com';
const hour = 3600;

/** An outbox with any messages, couriers on it, and one limiter for all of them. */
function openWorld(answer?: (delivery: Delivery, before: number) => DeliveryResult) {
  const clock = virtualClock();
  const timer = virtualTimer(clock);
  const store = memoryStore();
  const keys = keyRing(testKeys);
  const vault = createVault(keys, nodePlatform);
  const limiter = countingLimiter(clock);
  const channel = recordingChannel(answer);
  const lines: string[] = [];
  const log = (fields: object, message: string): void => {
    lines.push(`${message} ${JSON.stringify(fields)}`);
  };
  let count = 0;
  const sentTo = (to: string) => channel.deliveries.filter((delivery) => delivery.to === to).length;
  return {
    clock,
    timer,
    limiter,
    channel,
    lines,
    sentTo,
    kindsSent: () => channel.deliveries.map(({ notice }) => notice.kind),
    start(options: Partial<CourierOptions> = {}) {
      const logger = { info: log, warn: log };
      const own = { store, keys, channels: [channel], limiter, clock, timer, logger, ...options };
      const courier = createCourier(own);
      courier.start();
      return courier;
    },
    /** Each of an account of its own, as somebody makes them who registers many names. */
    async write(
      messages: number,
      {
        to = victim,
        kind = 'contacts-changed',
        tenant = 'acme',
        code,
        lives = 5 * 24 * hour,
        ageSeconds = 0,
      }: {
        readonly to?: string | ((place: number) => string);
        readonly kind?: NoticeKind;
        readonly tenant?: string;
        readonly code?: string;
        readonly lives?: number;
        readonly ageSeconds?: number;
      } = {},
    ) {
      for (let place = 0; place < messages; place += 1) {
        count += 1;
        const id = { tenant, account: `name-${count}` };
        const payload: MessagePayload = {
          to: typeof to === 'string' ? to : to(place),
          locale: 'en',
          issuer: 'Acme',
          notice: { kind, at: clock.now() - ageSeconds },
          ...(code === undefined ? {} : { code }),
        };
        const messageId = `msg_${count}`;
        const plaintext = new TextEncoder().encode(JSON.stringify(payload));
        await store.commit([
          {
            id,
            expectedVersion: 0,
            record: '{}',
            events: [],
            messages: [
              {
                id: messageId,
                accountId: id,
                channel: 'email',
                payload: vault.seal(plaintext, { id, holder: messageId, purpose: 'message' }),
                dueAt: clock.now(),
                expiresAt: clock.now() + lives,
              },
            ],
          },
        ]);
      }
    },
    left: async () => (await store.claimMessages(1000, 1, clock.now() + 2 * hour)).length,
  };
}

describe('E1 one mailbox', () => {
  test('gets no more than its budget in an hour, however many accounts write to it; nothing is lost', async () => {
    const world = openWorld();
    await world.write(50);
    world.start();
    world.start();
    await world.timer.pass(600);
    expect(world.sentTo(victim)).toBe(defaultSendBudgets.notice.recipient.points);
    await world.timer.pass(hour);
    expect(world.sentTo(victim)).toBe(40);
    await world.timer.pass(hour);
    expect(world.sentTo(victim)).toBe(50);
    expect(new Set(world.channel.deliveries.map(({ id }) => id)).size).toBe(50);
    expect(await world.left()).toBe(0);
  });

  test('E2 in every spelling', async () => {
    const world = openWorld();
    const spell = (place: number) =>
      ['victim@example.com', 'VICTIM@Example.com', `v.ictim+${place}@example.com`, 'vic.tim@example.com'][
        place % 4
      ]!;
    await world.write(60, { to: spell });
    world.start();
    await world.timer.pass(600);
    expect(world.channel.deliveries).toHaveLength(20);
  });

  test('is told of a recovery that it can stop, whatever flood of notices and codes is before it', async () => {
    const world = openWorld();
    await world.write(300);
    await world.write(300, { code: 'ABCD-EFGH', kind: 'activation-code' });
    world.start();
    await world.timer.pass(60);
    await world.write(1, { kind: 'recovery-begun' });
    await world.timer.pass(5);
    expect(world.kindsSent()).toContain('recovery-begun');
    expect(world.sentTo(victim)).toBe(20 + 15 + 1);
  });

  test('hears of the oldest first, once there is a budget again', async () => {
    const world = openWorld();
    await world.write(200, { kind: 'recovery-begun' });
    await world.write(15, { kind: 'recovery-begun', ageSeconds: 900 });
    world.start();
    await world.timer.pass(hour - 10);
    expect(world.sentTo(victim)).toBe(30);
    await world.timer.pass(20);
    const second = world.channel.deliveries.slice(30).map(({ id }) => Number(id.slice(4)));
    expect(second).toHaveLength(30);
    expect(second.filter((id) => id > 200)).toHaveLength(15);
  });

  test('a code that waits longer than it lives is never sent', async () => {
    const world = openWorld();
    await world.write(30, { code: 'ABCD-EFGH', kind: 'recovery-code', lives: 600 });
    world.start();
    await world.timer.pass(3 * hour);
    expect(world.sentTo(victim)).toBe(15);
    expect(await world.left()).toBe(0);
  });

  test('the others get what is theirs at the same time', async () => {
    const world = openWorld();
    await world.write(200);
    await world.write(20, { to: (place) => `user${place}x@example.com` });
    world.start();
    await world.timer.pass(60);
    expect(world.channel.deliveries).toHaveLength(40);
  });
});

describe('E1 one tenant', () => {
  const budgets = {
    code: {
      recipient: { name: 'code-recipient', points: 15, seconds: hour },
      tenant: { name: 'code-tenant', points: 25, seconds: hour },
    },
  };

  test('sends no more than its budget, and the others send theirs', async () => {
    const world = openWorld();
    const to = (place: number) => `user${place}x@example.com`;
    await world.write(60, { code: 'ABCD-EFGH', kind: 'recovery-code', to });
    await world.write(10, { code: 'ABCD-EFGH', kind: 'recovery-code', to, tenant: 'other' });
    world.start({ budgets });
    await world.timer.pass(300);
    expect(world.channel.deliveries).toHaveLength(35);
  });

  test('a mailbox keeps what the tenant’s budget did not let out', async () => {
    const world = openWorld();
    const own = { tenant: { name: 'code-tenant', points: 5, seconds: 60 } };
    await world.write(15, { code: 'ABCD-EFGH', kind: 'recovery-code' });
    world.start({ budgets: { code: { ...budgets.code, ...own } } });
    await world.timer.pass(600);
    // Five a minute of the tenant's; were the mailbox's fifteen used up by trying, some would wait an hour.
    expect(world.sentTo(victim)).toBe(15);
  });
});

describe('E4 where the limiter is down', () => {
  test.each(['throws', 'hangs'] as const)(
    'nothing is sent while it %s, and all of it afterwards',
    async (state) => {
      const world = openWorld();
      world.limiter.state = state;
      await world.write(10);
      await world.write(5, { code: 'ABCD-EFGH', kind: 'recovery-code', lives: 600 });
      world.start();
      await world.timer.pass(300);
      expect(world.channel.deliveries).toEqual([]);
      expect(world.limiter.asked.length).toBeGreaterThan(30);
      const isTold = (line: string) => /"reason":"unavailable"|"fault":"Error"/.test(line);
      expect(world.lines.every(isTold)).toBe(true);
      expect(world.lines.join('\n')).not.toContain('example.com');
      world.limiter.state = 'well';
      await world.timer.pass(30);
      expect(world.channel.deliveries).toHaveLength(15);
    },
  );

  test('one message that fails at the mail server is paid once, and not at every try', async () => {
    const world = openWorld((_, before) =>
      before < 60 ? { outcome: 'failed', reason: '451' } : { outcome: 'delivered' },
    );
    await world.write(20);
    world.start();
    await world.timer.pass(hour / 2);
    expect(new Set(world.channel.deliveries.slice(60).map(({ id }) => id)).size).toBe(20);
  });

  test('what was waited for in vain stays paid, since it may have arrived', async () => {
    const world = openWorld(() => ({ outcome: 'failed', reason: 'timeout' }));
    await world.write(1);
    const { tenant } = defaultSendBudgets.notice;
    const recipient = { name: 'notice-recipient', points: 3, seconds: hour };
    world.start({ budgets: { notice: { recipient, tenant } } });
    await world.timer.pass(hour - 60);
    expect(world.channel.deliveries).toHaveLength(3);
    await world.timer.pass(120);
    expect(world.channel.deliveries.length).toBeGreaterThan(3);
  });
});

test('without a limiter all of it is sent: what one account sends is limited by its record', async () => {
  const world = openWorld();
  await world.write(100);
  world.start({ limiter: undefined as never });
  await world.timer.pass(60);
  expect(world.sentTo(victim)).toBe(100);
});
