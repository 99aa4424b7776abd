import { partitionOf as partitionAmong, type AccountId } from '@tidelock/engine';

/** Into how many partitions every table is divided. It is part of what is stored. */
export const partitionCount = 16;

export function partitionOf(id: AccountId): number {
  return partitionAmong(id, partitionCount);
}
