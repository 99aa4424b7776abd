import { expect, test } from 'vitest';
import { partitionCount, partitionOf } from './partition.ts';

test('the partition of an account is part of what is stored, and never changes', () => {
  const ids = [
    { tenant: 'acme', account: 'alice' },
    { tenant: 'acme', account: 'bob' },
    { tenant: '', account: 'identity' },
    { tenant: 'default', account: '日本 🔐' },
  ];
  expect(ids.map(partitionOf)).toEqual([2, 11, 15, 4]);
});

test('accounts spread over all partitions', () => {
  const counts = Array.from({ length: partitionCount }, () => 0);
  for (let index = 0; index < 16_000; index++) {
    const slot = partitionOf({ tenant: 'acme', account: `user-${index}` });
    counts[slot] = counts[slot]! + 1;
  }
  expect(counts.every((count) => count > 800 && count < 1_200)).toBe(true);
});
