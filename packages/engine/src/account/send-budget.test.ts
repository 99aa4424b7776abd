import { expect, test } from 'vitest';
import { keepSends, noteSend, waitForSend } from './send-budget.ts';

const limits = { sendPauseSeconds: 30, sendsInWindow: 3, sendWindowSeconds: 600, sendsADay: 5 };
const day = 86_400;

test('E1 the first may be mailed at once, and one after it when the pause is over', () => {
  expect(waitForSend([], limits, 1000)).toBe(0);
  expect(waitForSend([1000], limits, 1010)).toBe(20);
  expect(waitForSend([1000], limits, 1030)).toBe(0);
  expect(waitForSend([1000], limits, 2000)).toBe(0);
});

test('E1 after so many the oldest of them must be out of its window, and out of its day', () => {
  expect(waitForSend([1000, 1100, 1200], limits, 1300)).toBe(300);
  expect(waitForSend([500, 1000, 1100, 1200], limits, 1300)).toBe(300);
  expect(waitForSend([1000, 1100], limits, 1300)).toBe(0);
  expect(waitForSend([0, 5000, 10_000, 15_000, 20_000], limits, 30_000)).toBe(day - 30_000);
  expect(waitForSend([0, 5000, 10_000, 15_000], limits, 30_000)).toBe(0);
});

test('E1 so many are remembered as may be mailed in a day, the newest of them', () => {
  expect(noteSend([1, 2], limits, 3)).toEqual([1, 2, 3]);
  expect(noteSend([1, 2, 3, 4, 5], limits, 6)).toEqual([2, 3, 4, 5, 6]);
});

test('F3 what is a day old or too far ahead counts no longer; the same list where all count', () => {
  const now = 100_000;
  const counting = [now - day + 1, now, now + 600];
  expect(keepSends(counting, limits, now)).toBe(counting);
  expect(keepSends([now - day, ...counting, now + 601], limits, now)).toEqual(counting);
  expect(keepSends([now - day], limits, now)).toEqual([]);
  expect(keepSends([now + 601], limits, now)).toEqual([]);
});
