import { describe, expect, test } from 'vitest';
import { courierLimits, createCourier, type Courier, type CourierOptions } from './courier.ts';
import { keyRing } from './platform/key-ring.ts';
import type { AccountStore, OutgoingMessage } from './ports/account-store.ts';
import type { Channel, DeliveryResult } from './ports/channel.ts';
import { enrollAccount, openTestTidelock, testKeys } from './testing/enrolled-account.ts';
import { memoryStore } from './testing/memory-store.ts';
import { overrideStore } from './testing/override-store.ts';
import { recordingChannel } from './testing/recording-channel.ts';
import { virtualTimer } from './testing/virtual-timer.ts';

const administrator = { actor: 'carol', reason: 'ticket 4711' };
const address = 'alice@example.com';
const delivered: DeliveryResult = { outcome: 'delivered' };

/** An engine and any number of couriers, by one clock that stands still. */
async function openWorld(store: AccountStore = memoryStore()) {
  const { tidelock, clock } = openTestTidelock({ store, notices: { channel: 'email' } });
  const timer = virtualTimer(clock);
  const lines: string[] = [];
  const log = (fields: object, message: string): void => {
    lines.push(`${message} ${JSON.stringify(fields)}`);
  };
  const startCourier = (channel: Channel, options: Partial<CourierOptions> = {}): Courier => {
    const logger = { info: log, warn: log };
    const keys = keyRing(testKeys);
    const courier = createCourier({ store, keys, channels: [channel], clock, timer, logger, ...options });
    courier.start();
    return courier;
  };
  await tidelock.setContacts('alice', { emails: [address] });
  return {
    tidelock,
    clock,
    timer,
    lines,
    store,
    startCourier,
    /** Something that is told of. */
    act: () => tidelock.unlock('alice', administrator),
    left: async () => (await store.claimMessages(1000, 1, clock.now() + 3600)).length,
  };
}

describe('the courier', () => {
  test('delivers each message once, with its id, and leaves nothing behind', async () => {
    const world = await openWorld();
    const channel = recordingChannel();
    world.startCourier(channel);
    await world.act();
    await world.timer.pass(2);
    expect(channel.deliveries).toMatchObject([
      { to: address, issuer: 'Acme', locale: 'en', notice: { kind: 'contacts-changed' } },
      { to: address, id: expect.stringMatching(/^msg_/), notice: { kind: 'unlocked', actor: 'carol' } },
    ]);
    await world.timer.pass(10_000);
    expect(channel.deliveries).toHaveLength(2);
    expect(await world.left()).toBe(0);
  });

  test('several on one store share the work, and none delivers what another has', async () => {
    const world = await openWorld();
    for (let act = 0; act < 60; act += 1) await world.act();
    const channels = [1, 2, 3, 4].map(() => recordingChannel());
    for (const channel of channels) world.startCourier(channel);
    await world.timer.pass(5);
    const ids = channels.flatMap(({ deliveries }) => deliveries.map(({ id }) => id));
    expect(ids).toHaveLength(61);
    expect(new Set(ids).size).toBe(61);
    expect(channels.filter(({ deliveries }) => deliveries.length > 0).length).toBeGreaterThan(1);
  });

  test('a backlog of one tenant, however old, does not hold up a code for which somebody of another waits', async () => {
    const world = await openWorld();
    const other = world.tidelock.forTenant('other');
    await other.setContacts('bob', { emails: ['bob@example.com'] });
    await enrollAccount({ ...world, tidelock: other }, 'bob');
    for (let act = 0; act < 200; act += 1) await world.act();
    world.clock.advance(86_400);
    await other.beginRecovery('bob');
    const channel = recordingChannel();
    world.startCourier(channel);
    await world.timer.pass(2);
    const place = channel.deliveries.findIndex(({ code }) => code !== undefined);
    expect(channel.deliveries[place]?.to).toBe('bob@example.com');
    expect(place).toBeLessThan(courierLimits.batchMax);
    expect(channel.deliveries.length).toBeGreaterThan(200);
  });

  test('tries again what failed, waiting longer each time, until it has expired', async () => {
    const world = await openWorld();
    const times: number[] = [];
    const started = world.clock.now();
    world.startCourier(
      recordingChannel(() => {
        times.push(world.clock.now() - started);
        return { outcome: 'failed', reason: '451' };
      }),
    );
    await world.timer.pass(6 * 86_400);
    expect(times.length).toBeGreaterThan(300);
    const waits = times.map((time, place) => time - (times[place - 1] ?? 0)).slice(1);
    expect(waits[0]).toBeGreaterThanOrEqual(3);
    expect(waits[0]).toBeLessThanOrEqual(8);
    expect(waits.slice(10).every((wait) => wait > 600 && wait < 1200)).toBe(true);
    expect(times.at(-1)).toBeLessThan(5 * 86_400);
    expect(times.at(-1)).toBeGreaterThan(4.9 * 86_400);
    expect(await world.left()).toBe(0);
  });

  test('sends it when the other side is well again', async () => {
    const world = await openWorld();
    const channel = recordingChannel((_, before) =>
      before < 5 ? { outcome: 'failed', reason: 'ECONNREFUSED' } : delivered,
    );
    world.startCourier(channel);
    await world.timer.pass(1200);
    expect(channel.deliveries).toHaveLength(6);
    expect(new Set(channel.deliveries.map(({ id }) => id)).size).toBe(1);
    expect(await world.left()).toBe(0);
  });

  test('gives up what was refused for good, and says so without the address', async () => {
    const world = await openWorld();
    const channel = recordingChannel(() => ({ outcome: 'refused', reason: '550' }));
    world.startCourier(channel);
    await world.timer.pass(10_000);
    expect(channel.deliveries).toHaveLength(1);
    expect(world.lines).toEqual([expect.stringMatching(/refused.*"reason":"550"/)]);
  });

  test('C15 no log line ever has an address, whatever a channel throws', async () => {
    const world = await openWorld();
    let before = 0;
    const channel: Channel = {
      name: 'email',
      close: async () => undefined,
      deliver({ to }) {
        before += 1;
        if (before === 1) throw new Error(`no such mailbox ${to}`);
        if (before === 2) return Promise.reject(new TypeError(to));
        return Promise.reject(Object.assign(new Error(to), { code: 'ETIMEDOUT' }));
      },
    };
    world.startCourier(channel);
    await world.timer.pass(100);
    expect(before).toBeGreaterThan(3);
    expect(world.lines.length).toBeGreaterThan(3);
    expect(world.lines.join('\n')).not.toContain('example.com');
    expect(world.lines.slice(0, 3).map((line) => /"reason":"(\w+)"/.exec(line)?.[1])).toEqual([
      'Error',
      'TypeError',
      'ETIMEDOUT',
    ]);
  });

  test('a channel that hangs holds nobody up for longer than its limit; what it answers late is believed', async () => {
    const world = await openWorld();
    const { deliverSeconds } = courierLimits;
    let answer: (result: DeliveryResult) => void = () => undefined;
    const channel = recordingChannel((_, before) =>
      before === 0 ? new Promise((resolve) => (answer = resolve)) : delivered,
    );
    world.startCourier(channel);
    await world.timer.pass(deliverSeconds + 1);
    expect(world.lines).toEqual([expect.stringContaining('timeout')]);
    await world.act();
    await world.timer.pass(1);
    expect(channel.deliveries.map(({ notice }) => notice.kind)).toEqual(['contacts-changed', 'unlocked']);
    answer(delivered);
    await world.timer.pass(10_000);
    expect(channel.deliveries).toHaveLength(2);
    expect(await world.left()).toBe(0);
  });

  test('F2 killed between delivery and settling, the message comes again, with the same id', async () => {
    const inner = memoryStore();
    const dying = overrideStore(inner, { settleMessages: () => new Promise(() => undefined) });
    const world = await openWorld(inner);
    const channel = recordingChannel();
    world.startCourier(channel, { store: dying });
    await world.timer.pass(2);
    expect(channel.deliveries).toHaveLength(1);
    world.startCourier(channel);
    await world.timer.pass(courierLimits.leaseSeconds - 10);
    expect(channel.deliveries).toHaveLength(1);
    await world.timer.pass(20);
    expect(channel.deliveries.map(({ id }) => id)).toEqual(Array(2).fill(channel.deliveries[0]!.id));
    await world.timer.pass(10_000);
    expect(channel.deliveries).toHaveLength(2);
  });

  test('a store that fails is tried again, and nothing is thrown', async () => {
    const inner = memoryStore();
    let isDown = true;
    let asked = 0;
    const store = overrideStore(inner, {
      async claimMessages(...claim) {
        asked += 1;
        if (isDown) throw new Error('down');
        return inner.claimMessages(...claim);
      },
    });
    const world = await openWorld(store);
    const channel = recordingChannel();
    world.startCourier(channel);
    await world.timer.pass(600);
    expect(asked).toBeLessThan(25);
    expect(world.lines.every((line) => line.includes('"fault":"Error"'))).toBe(true);
    isDown = false;
    await world.timer.pass(70);
    expect(channel.deliveries).toHaveLength(1);
  });

  test('a log that fails stops nothing', async () => {
    const world = await openWorld();
    const channel = recordingChannel((_, before) =>
      before === 0 ? { outcome: 'failed', reason: '451' } : delivered,
    );
    const broken = (): never => {
      throw new Error('disk full');
    };
    world.startCourier(channel, { logger: { info: broken, warn: broken } });
    await world.timer.pass(20);
    expect(channel.deliveries).toHaveLength(2);
    expect(await world.left()).toBe(0);
  });
});

/** A store whose messages come out changed. */
function altered(store: AccountStore, change: (message: OutgoingMessage) => OutgoingMessage): AccountStore {
  return overrideStore(store, {
    claimMessages: async (...claim) => (await store.claimMessages(...claim)).map(change),
  });
}

describe('a message', () => {
  test('C18 that was altered or moved to another account is sent nowhere, and given up', async () => {
    const inner = memoryStore();
    const world = await openWorld(inner);
    const channel = recordingChannel();
    const moved = { tenant: 'default', account: 'mallory' };
    world.startCourier(channel, { store: altered(inner, (message) => ({ ...message, accountId: moved })) });
    await world.timer.pass(10_000);
    expect(channel.deliveries).toEqual([]);
    expect(world.lines).toEqual([expect.stringContaining('does not open')]);
    expect(await world.left()).toBe(0);
  });

  test('whose channel or key is not here waits for a process that has it', async () => {
    const world = await openWorld();
    const keys = keyRing('other:ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=');
    const other = { ...recordingChannel(), name: 'pigeon' };
    const stranger = recordingChannel();
    const first = world.startCourier(other);
    await world.timer.pass(2);
    await first.stop();
    const second = world.startCourier(stranger, { keys });
    await world.timer.pass(2000);
    await second.stop();
    expect(other.deliveries).toEqual([]);
    expect(stranger.deliveries).toEqual([]);
    expect(world.lines.map((line) => line.slice(0, 12))).toEqual(
      expect.arrayContaining(['the channel ', 'the key of a']),
    );
    const channel = recordingChannel();
    world.startCourier(channel);
    await world.timer.pass(1200);
    expect(channel.deliveries).toHaveLength(1);
  });
});

describe('stopping', () => {
  test('waits for what is under way, and takes nothing more', async () => {
    const world = await openWorld();
    let answer: (result: DeliveryResult) => void = () => undefined;
    const channel = recordingChannel(() => new Promise((resolve) => (answer = resolve)));
    const courier = world.startCourier(channel);
    await world.timer.pass(1);
    let isStopped = false;
    const stopped = courier.stop().then(() => (isStopped = true));
    await world.timer.pass(1);
    expect(isStopped).toBe(false);
    await world.act();
    answer(delivered);
    await stopped;
    await world.timer.pass(10);
    expect(channel.deliveries).toHaveLength(1);
    courier.start();
    await world.timer.pass(10);
    expect(channel.deliveries).toHaveLength(1);
    expect(await world.left()).toBe(1);
  });

  test('does not wait for ever, and the message is sent by the next one', async () => {
    const world = await openWorld();
    const hanging = world.startCourier(recordingChannel(() => new Promise(() => undefined)));
    await world.timer.pass(1);
    const stopped = hanging.stop();
    await world.timer.pass(courierLimits.stopSeconds);
    await stopped;
    const channel = recordingChannel();
    world.startCourier(channel);
    await world.timer.pass(courierLimits.leaseSeconds);
    expect(channel.deliveries).toHaveLength(1);
    await createCourier({ store: world.store, keys: keyRing(testKeys), channels: [] }).stop();
  });
});

test('an unknown option is an error', () => {
  const options = { store: memoryStore(), keys: keyRing(testKeys), channels: [], retries: 5 };
  expect(() => createCourier(options as never)).toThrow(TypeError);
});
