import { virtualClock, virtualTimer } from '@tidelock/engine/testing';
import { expect, test } from 'vitest';
import { probeClock, type ClockState, type RunProgram } from './clock-probe.ts';
import { judgeClock, lookSeconds, releasedAt, watchClock } from './clock-watch.ts';

const now = releasedAt + 86_400;
const good = { state: 'synchronised', now, newestEventAt: now - 5 } as const;

test('S28 a clock that is not synchronised, behind the log, or before the release is named; what is not known is not', () => {
  expect(releasedAt).toBe(Date.parse('2026-11-22T00:00:00Z') / 1000);
  expect(judgeClock(good)).toEqual([]);
  expect(judgeClock({ ...good, state: 'unknown', newestEventAt: null })).toEqual([]);
  expect(judgeClock({ ...good, state: 'not-synchronised' })).toEqual(['clock-not-synchronised']);
  // Another server may be a little ahead.
  expect(judgeClock({ ...good, newestEventAt: now + 30 })).toEqual([]);
  expect(judgeClock({ ...good, newestEventAt: now + 31 })).toEqual(['clock-behind-log']);
  expect(judgeClock({ ...good, now: releasedAt - 1, newestEventAt: null })).toEqual(['clock-before-release']);
});

/** A watch over a clock whose state is what the test says. */
function openWatch(first: ClockState) {
  const clock = virtualClock(now);
  const timer = virtualTimer(clock);
  const lines: string[] = [];
  const world = { state: first, newest: null as number | null, isDown: false };
  const end = watchClock({
    probe: async () => world.state,
    async newestEventAt() {
      if (world.isDown) throw new Error('down');
      return world.newest;
    },
    clock,
    timer,
    logger: {
      info: (_, message) => void lines.push(`info ${message}`),
      warn: (fields) => void lines.push(`warn ${JSON.stringify(fields)}`),
    },
  });
  return { world, timer, end, take: () => lines.splice(0) };
}

test('S28 it warns at the start and each hour, as long as it is so, and says when it is over', async () => {
  const { timer, take, world, end } = openWatch('not-synchronised');
  await timer.pass(1);
  const warning = 'warn {"warning":"clock-not-synchronised"}';
  expect(take()).toEqual([warning]);
  await timer.pass(lookSeconds * 2);
  expect(take()).toEqual([warning, warning]);
  world.state = 'synchronised';
  await timer.pass(lookSeconds);
  expect(take()).toEqual(['info the clock of this machine is right again']);
  await timer.pass(lookSeconds * 3);
  expect(take()).toEqual([]);
  world.newest = now * 2;
  await timer.pass(lookSeconds);
  expect(take()).toEqual(['warn {"warning":"clock-behind-log"}']);
  end();
  await timer.pass(lookSeconds * 3);
  expect(take()).toEqual([]);
});

test('where it cannot be known, this is said once, and a store that is down stops no watch', async () => {
  const { timer, take, world } = openWatch('unknown');
  world.isDown = true;
  await timer.pass(lookSeconds * 3);
  expect(take()).toEqual([expect.stringContaining('cannot be seen here')]);
  world.state = 'not-synchronised';
  await timer.pass(lookSeconds);
  expect(take()).toEqual(['warn {"warning":"clock-not-synchronised"}']);
});

test('the system is asked: systemd first, then chrony; an answer that nobody knows is not believed', async () => {
  const chrony = (leap: string) => `7F7F0101,,10,1795400000.1,0.0,0.0,0.0,-7.1,0.0,0.0,0.0,0.0,0.0,${leap}\n`;
  const answers = (timedatectl: string | null, chronyc: string | null): RunProgram => {
    return async (program) => (program === 'timedatectl' ? timedatectl : chronyc);
  };
  const table: readonly (readonly [string | null, string | null, ClockState])[] = [
    ['yes\n', chrony('Not synchronised'), 'synchronised'],
    ['no\n', chrony('Normal'), 'not-synchronised'],
    [null, chrony('Normal'), 'synchronised'],
    ['', chrony('Insert second'), 'synchronised'],
    [null, chrony('Not synchronised'), 'not-synchronised'],
    [null, '506 Cannot talk to daemon', 'unknown'],
    ['maybe', null, 'unknown'],
    [null, null, 'unknown'],
  ];
  for (const [timedatectl, chronyc, state] of table)
    expect(await probeClock(answers(timedatectl, chronyc)), `${timedatectl} ${chronyc}`).toBe(state);
  // The real one neither throws nor hangs, whatever this machine has.
  expect(['synchronised', 'not-synchronised', 'unknown']).toContain(await probeClock());
});
