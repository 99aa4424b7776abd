import { expect, test } from 'vitest';
import { plainTicket } from '../testing/plain-context.ts';
import { countOnTicket, keepOpen, pushBounded } from './ticket.ts';

const at = (expiresAt: number) => ({ expiresAt });

test('F3 what is open stays the same list, up to the last moment and its own maximum', () => {
  const open = [at(100.5), at(111)];
  expect(keepOpen(open, 10, 100.4)).toBe(open);
  expect(keepOpen([], 10, 100)).toEqual([]);
});

test('F3 what has run out goes, what is too far off is clipped, and what stands between stays', () => {
  const fine = at(105);
  const kept = keepOpen([at(100), at(99), fine, at(110), at(111)], 10, 100);
  expect(kept).toEqual([at(105), at(110), at(110)]);
  expect(kept[0]).toBe(fine);
  expect(keepOpen([at(112), fine], 10, 100.5)).toEqual([at(111), fine]);
  expect(keepOpen([at(112), at(111)], 10, 100.5)[1]).toEqual(at(111));
  const farthest = at(110);
  expect(keepOpen([farthest, at(1)], 10, 100)[0]).toBe(farthest);
});

test('one more lets the oldest give way, and none before the list is full', () => {
  expect(pushBounded([1], 2, 3)).toEqual([1, 2]);
  expect(pushBounded([1, 2, 3], 4, 3)).toEqual([2, 3, 4]);
});

test('a ticket dies of its last failure and lives until then; others stay as they are', () => {
  const ticket = plainTicket({ failures: 3 });
  const other = plainTicket({ hash: '#other' });
  expect(countOnTicket([other, ticket], ticket, 5)).toEqual([other, { ...ticket, failures: 4 }]);
  expect(countOnTicket([other, ticket], ticket, 4)).toEqual([other]);
  expect(countOnTicket([other, ticket], ticket, 3)).toEqual([other]);
});
