import { expect, test } from 'vitest';
import { createPolicy } from '../policy.ts';
import { completeRecovery, lapseOf, settleRecovery, stateOf, type Recovery } from './recovery.ts';

const policy = createPolicy();
const now = 1_000_000.5;
const day = 86_400;
const recovery: Recovery = {
  id: 'rcv_0',
  begunBy: 'owner',
  begunAt: now - 60,
  readyAt: null,
  actor: null,
  reason: null,
  proofs: {},
  notMeHashes: [],
};
const settled = (changes: Partial<Recovery>) => settleRecovery({ ...recovery, ...changes }, policy, now);

test('F4 a recovery is forgotten some days after it was begun, or after it was ready', () => {
  expect(lapseOf(recovery, policy)).toBe(now - 60 + 3 * day);
  expect(settled({ begunAt: now - 3 * day })).toBeNull();
  expect(settled({ begunAt: now - 3 * day + 1 })).not.toBeNull();
  expect(settled({ begunAt: 0, readyAt: now - 3 * day })).toBeNull();
  expect(settled({ begunAt: 0, readyAt: now - 3 * day + 1 })).not.toBeNull();
});

test('F3 what no clock could have set is clipped to the most that it can be; the same object where nothing is', () => {
  const latest = Math.ceil(now);
  const same = [
    recovery,
    { ...recovery, begunAt: latest },
    { ...recovery, readyAt: latest + day },
    { ...recovery, readyAt: now - 5 },
  ];
  for (const one of same) expect(settleRecovery(one, policy, now)).toBe(one);
  expect(settled({ begunAt: latest + 1 })).toEqual({ ...recovery, begunAt: latest });
  expect(settled({ readyAt: latest + day + 1 })).toEqual({ ...recovery, readyAt: latest + day });
  expect(settled({ begunAt: latest + 1, readyAt: now + 5 })).toEqual({
    ...recovery,
    begunAt: latest,
    readyAt: now + 5,
  });
});

test('where a recovery stands follows from when it is ready', () => {
  expect(stateOf(recovery, now)).toBe('confirming');
  expect(stateOf({ ...recovery, readyAt: now + 0.1 }, now)).toBe('waiting');
  expect(stateOf({ ...recovery, readyAt: now }, now)).toBe('ready');
});

test('a recovery of an older record is an administrator’s reset', () => {
  const old = { begunAt: 1, readyAt: 2, actor: 'carol', reason: 'lost' } as unknown as Recovery;
  expect(completeRecovery(old)).toEqual({
    id: 'rcv_reset',
    begunBy: 'administrator',
    begunAt: 1,
    readyAt: 2,
    actor: 'carol',
    reason: 'lost',
    proofs: {},
    notMeHashes: [],
  });
  expect(completeRecovery(recovery)).toBe(recovery);
});
