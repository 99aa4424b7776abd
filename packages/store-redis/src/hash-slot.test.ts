import { expect, test } from 'vitest';
import { hashSlotOf } from './hash-slot.ts';
import { KeyNames } from './keys.ts';
import { partitions } from './partition.ts';

test('the slot of a key is what CLUSTER KEYSLOT of Redis 7 says', () => {
  expect(['123456789', 'tidelock:{tl:00}:accounts', '{tl:ff}', 'foo{bar}{zap}'].map(hashSlotOf)).toEqual([
    12_739, 13_250, 11_752, 5_061,
  ]);
});

test('all keys of a partition lie in one slot, and the partitions spread evenly over three nodes', () => {
  const names = new KeyNames('tidelock');
  const id = { tenant: 'a{b}', account: '{x}' };
  const counts = [0, 0, 0];
  for (const partition of partitions) {
    const all = Object.values(names.of(partition));
    const more = [names.events(partition, 'a{b}'), names.index(partition, '{'), names.log(partition, id)];
    const slots = new Set([...all, ...more].map(hashSlotOf));
    expect(slots.size).toBe(1);
    counts[Math.floor(([...slots][0]! * 3) / 16_384)]!++;
  }
  expect(counts).toEqual([89, 83, 84]);
});
