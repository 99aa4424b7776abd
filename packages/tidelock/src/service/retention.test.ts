import { virtualClock, virtualTimer } from '@tidelock/engine/testing';
import { expect, test } from 'vitest';
import { startRetention } from './retention.ts';

const day = 24 * 3600;

function openRetention(prune: (before: number) => number) {
  const clock = virtualClock();
  const start = clock.now();
  const timer = virtualTimer(clock);
  const lines: string[] = [];
  const pruned: number[] = [];
  const log = (_: object, message: string) => void lines.push(message);
  const stop = startRetention({
    auditLog: {
      prune: async ({ before }) => {
        pruned.push(before - start);
        return { accounts: 0, events: 0, broken: prune(before) };
      },
    },
    days: 30,
    logger: { info: log, warn: log },
    clock,
    timer,
  });
  return { timer, lines, pruned, stop };
}

test('LOG-10 the log is pruned a minute after the start, then once a day, and not after the stop', async () => {
  const { timer, lines, pruned, stop } = openRetention(() => 0);
  await timer.pass(59);
  expect(pruned).toEqual([]);
  await timer.pass(1 + 2 * day);
  expect(pruned).toEqual([60 - 30 * day, 60 - 29 * day, 60 - 28 * day]);
  expect(new Set(lines)).toEqual(new Set(['the audit log was pruned']));
  await stop();
  await timer.pass(3 * day);
  expect(pruned).toHaveLength(3);
});

test('LOG-10 what fails is told and tried again the next day, and a log that does not verify is told of', async () => {
  let round = 0;
  const { timer, lines, pruned } = openRetention(() => {
    round += 1;
    if (round === 1) throw new Error('the disk is full');
    return 2;
  });
  await timer.pass(60 + day);
  expect(pruned).toHaveLength(2);
  expect(lines).toEqual([
    expect.stringContaining('tried again tomorrow'),
    'the audit log was pruned',
    expect.stringContaining('does not verify'),
  ]);
});
