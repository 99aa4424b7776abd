import { expect, test } from 'vitest';
import { partitionCount, partitionOf } from './partition.ts';
import { postgresStore } from './postgres-store.ts';

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

test('a batch is of all partitions on one server, and of one where they stand on several', () => {
  const pool = { connect: () => Promise.reject(new Error('nobody connects')), end: () => Promise.resolve() };
  const ids = Array.from({ length: 100 }, (_, index) => ({ tenant: 'default', account: `user-${index}` }));
  const groups = (sharded: boolean) => {
    const store = postgresStore(pool, { sharded });
    return new Set(ids.map((id) => store.partitionOf(id)));
  };
  expect(groups(false)).toEqual(new Set([0]));
  expect(groups(true)).toEqual(new Set(ids.map(partitionOf)));
  expect(() => postgresStore(pool, { sharded: 1 as never })).toThrow(TypeError);
});
