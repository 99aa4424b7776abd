import { recordingChannel } from '../../recording-channel.ts';
import { valueOf } from '../act.ts';
import type { World } from '../world.ts';
import { calm } from '../world-store.ts';

const hour = 3600;

/** Days on which the store fails, breaks off, is slow, or lets everybody lose their races. */
export async function weather(world: World): Promise<void> {
  const { generator, store } = world;
  while (!world.isOver) {
    const kind = generator.below(5);
    store.weather = [
      calm,
      { failure: 0.25, unknown: 0, conflict: 0.02, slow: 0.05 },
      { failure: 0.03, unknown: 0.25, conflict: 0.05, slow: 0.1 },
      { failure: 0, unknown: 0.02, conflict: 0.4, slow: 0.05 },
      { failure: 0.05, unknown: 0.05, conflict: 0.05, slow: 0.4 },
    ][kind]!;
    await world.sleep(generator.magnitude(hour, 6 * 24 * hour));
  }
}

/** Servers die wherever they are, again and again in bad hours, and come back. */
export async function crashes(world: World): Promise<void> {
  const { generator } = world;
  while (!world.isOver) {
    await world.sleep(generator.magnitude(hour, 8 * 24 * hour));
    const server = generator.pick(world.processes);
    const times = generator.chance(0.4) ? 1 + generator.below(40) : 1;
    for (let turn = 0; turn < times; turn += 1) {
      server.crash();
      await world.sleep(generator.magnitude(0.2, 60));
      server.start();
      await world.sleep(generator.magnitude(0.05, 900));
    }
  }
}

/** A crash in the very moment in which somebody asks: what the dice of `crashes` seldom hit. */
export async function fallsOver(world: World): Promise<void> {
  const { generator } = world;
  let seen = world.calls;
  while (!world.isOver) {
    await world.sleep(generator.magnitude(0.01, 2 * 24 * hour));
    while (world.calls === seen && !world.isOver) await world.sleep(generator.between(60, 900));
    seen = world.calls;
    const server = generator.pick(world.processes);
    await world.sleep(generator.magnitude(0.001, 1));
    server.crash();
    await world.sleep(generator.between(0.1, 5));
    server.start();
  }
}

/** A clock is set to a wrong time, forward or back, and put right after a while. */
export async function clockJumps(world: World): Promise<void> {
  const { generator } = world;
  if (generator.chance(0.4)) return;
  while (!world.isOver) {
    await world.sleep(generator.magnitude(5 * 24 * hour, 40 * 24 * hour));
    if (world.isOver) return;
    const server = generator.pick(world.processes);
    const end = world.clockJumped();
    server.setClock(generator.magnitude(5, 3 * 24 * hour) * (generator.chance(0.5) ? 1 : -1));
    await world.sleep(generator.magnitude(60, 2 * 24 * hour));
    server.setClockRight();
    end();
  }
}

/** Mail goes out now and then, by one server or two, over a channel that fails. */
export async function mail(world: World): Promise<void> {
  while (!world.isOver) {
    await world.sleep(world.generator.magnitude(600, 3 * 24 * hour));
    if (world.post.isWaiting) await oneRound(world, world.generator.pick([0, 0.2, 0.9]));
  }
}

/** A courier runs for a while; then it stops, or dies with its server. */
export async function oneRound(world: World, failure: number): Promise<void> {
  const { generator } = world;
  const channel = recordingChannel(async (delivery) => {
    await world.sleep(generator.magnitude(0.01, 5));
    const isSent = !generator.chance(failure);
    // Half of the failures are answers that got lost: the message has left all the same.
    if (isSent || generator.chance(0.5))
      world.scheduler.guard(() => world.post.delivered(delivery.id, delivery));
    return isSent ? { outcome: 'delivered' } : { outcome: 'failed', reason: 'timeout' };
  });
  const couriers = Array.from({ length: 1 + generator.below(2) }, () => world.anyProcess().courier(channel));
  for (const courier of couriers) courier.start();
  await world.sleep(generator.between(2, 12));
  await Promise.race([Promise.all(couriers.map((courier) => courier.stop())), world.sleep(10)]);
}

/** Unlocks who asks, and resets who has lost a phone: begun, tried too early, and carried out, or not. */
export async function administrate(world: World, accounts: readonly string[]): Promise<void> {
  const { generator } = world;
  while (!world.isOver) {
    await world.sleep(generator.magnitude(24 * hour, 20 * 24 * hour));
    const account = generator.pick(accounts);
    const view = valueOf(await world.ask('account', account, {}));
    const isLocked = typeof view?.lockedUntil === 'number';
    if (isLocked || generator.chance(0.2)) await world.ask('unlock', account, {});
    if (generator.chance(0.2)) await world.ask('vouch', account, {});
    if (generator.chance(0.15)) await world.ask('eraseUnenrolled', account, {});
    const recovery = valueOf(await world.ask('recovery', account, {}));
    if (recovery?.state === 'frozen' && generator.chance(0.3)) await world.ask('unfreezeFor', account, {});
    if (!generator.chance(0.5)) continue;
    await world.ask('reset', account, {});
    await world.sleep(generator.magnitude(1, 26 * hour));
    await world.ask('completeReset', account, {});
    if (!generator.chance(0.6)) continue;
    await world.sleep(generator.magnitude(hour, 90 * hour));
    await world.ask('completeReset', account, {});
  }
}

/** Somebody without a password: accounts that nobody has, tickets that nobody was given. */
export async function strangers(world: World, accounts: readonly string[]): Promise<void> {
  const { generator } = world;
  while (!world.isOver) {
    await world.sleep(generator.magnitude(24 * hour, 20 * 24 * hour));
    const account = generator.chance(0.5) ? 'default/nobody' : generator.pick(accounts);
    const code = String(generator.below(1_000_000)).padStart(6, '0');
    await world.ask('verify', account, { code, ticket: `tkt_${generator.below(1e9)}` });
    await world.ask('redeem', account, { proof: `prf_${generator.below(1e9)}`, purpose: 'login' });
    await world.ask('challenge', 'default/nobody', { purpose: 'login' });
    await world.ask('challenge', 'default/nobody', { purpose: 'login', expected: 'enrolled' });
  }
}
