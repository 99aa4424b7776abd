import { partitionOf as partitionAmong, type AccountId } from '@tidelock/engine';

/** Over how many hash slots a store spreads. It is part of what is stored. */
export const partitionCount = 256;

/** All partitions, by their numbers. */
export const partitions: readonly number[] = Array.from({ length: partitionCount }, (_, index) => index);

export function partitionOf(id: AccountId): number {
  return partitionAmong(id, partitionCount);
}
