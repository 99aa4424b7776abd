import { partitionOf as partitionAmong, type AccountId } from '@tidelock/engine';

/** Over how many hash slots a store spreads. It is part of what is stored. */
export const partitionCount = 256;

export function partitionOf(id: AccountId): number {
  return partitionAmong(id, partitionCount);
}
