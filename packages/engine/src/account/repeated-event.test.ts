import { expect, test } from 'vitest';
import { neverLogged, withoutRepeatedEvents } from './repeated-event.ts';

const refused = { kind: 'change-refused' } as const;
const unreadable = { kind: 'secret-unreadable' } as const;
const other = { kind: 'factor-renamed' } as const;

test('E1 what somebody can bring about at will is logged once a minute, each kind on its own', () => {
  expect(neverLogged).toEqual({ refusedAt: 0, unreadableAt: 0 });
  expect(withoutRepeatedEvents(neverLogged, [refused, other, refused, unreadable, other], 1000)).toEqual({
    last: { refusedAt: 1000, unreadableAt: 1000 },
    drafts: [refused, other, unreadable, other],
  });
  const last = { refusedAt: 941, unreadableAt: 940 };
  expect(withoutRepeatedEvents(last, [refused, unreadable], 1000)).toEqual({
    last: { refusedAt: 941, unreadableAt: 1000 },
    drafts: [unreadable],
  });
  expect(withoutRepeatedEvents({ refusedAt: 940, unreadableAt: 941 }, [refused, unreadable], 1000)).toEqual({
    last: { refusedAt: 1000, unreadableAt: 941 },
    drafts: [refused],
  });
});

test('F3 an instant that a jump of the clock has put far ahead holds nothing back', () => {
  expect(
    withoutRepeatedEvents({ refusedAt: 1060, unreadableAt: 1059 }, [refused, unreadable], 1000).drafts,
  ).toEqual([refused]);
});
