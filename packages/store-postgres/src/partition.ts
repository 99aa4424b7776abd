import { keyOf, type AccountId } from '@tidelock/engine';

/** Into how many partitions every table is divided. It is part of what is stored, and so is {@link partitionOf}. */
export const partitionCount = 16;

const fnvOffset = 0x81_1c_9d_c5;
const fnvPrime = 0x01_00_01_93;

/** FNV-1a over the UTF-16 units of tenant and account, folded to the number of a partition. It never changes. */
export function partitionOf(id: AccountId): number {
  const key = keyOf(id);
  let hash = fnvOffset;
  for (let index = 0; index < key.length; index++) hash = Math.imul(hash ^ key.charCodeAt(index), fnvPrime);
  // The high bits too: the low ones of FNV alone see only the low ones of each character.
  return ((hash >>> 24) ^ (hash >>> 16) ^ (hash >>> 8) ^ hash) & (partitionCount - 1);
}
