import { expect, test } from 'vitest';
import { partitionCount, partitionOf } from './partition.ts';

test('the partition of an account is part of what is stored, and never changes', () => {
  const ids = [
    { tenant: 'acme', account: 'alice' },
    { tenant: 'acme', account: 'bob' },
    { tenant: '', account: 'identity' },
    { tenant: 'default', account: '日本 🔐' },
  ];
  expect(ids.map(partitionOf)).toEqual([18, 27, 95, 212]);
});

test('accounts spread over all partitions', () => {
  const counts = Array.from({ length: partitionCount }, () => 0);
  for (let index = 0; index < 256_000; index++) {
    const partition = partitionOf({ tenant: 'acme', account: `user-${index}` });
    counts[partition] = counts[partition]! + 1;
  }
  expect(Math.min(...counts)).toBeGreaterThan(800);
  expect(Math.max(...counts)).toBeLessThan(1_200);
});
