import { keyOf, type AccountId } from '../account/account-id.ts';

const fnvOffset = 0x81_1c_9d_c5;
const fnvPrime = 0x01_00_01_93;

/**
 * FNV-1a over the UTF-16 units of tenant and account, folded to the number of a partition: how a store divides accounts.
 * It is part of what stores hold, and never changes.
 *
 * @param count into how many partitions: a power of two, 256 at most.
 */
export function partitionOf(id: AccountId, count: number): number {
  const key = keyOf(id);
  let hash = fnvOffset;
  for (let index = 0; index < key.length; index++) hash = Math.imul(hash ^ key.charCodeAt(index), fnvPrime);
  // The high bits too: the low ones of FNV alone see only the low ones of each character.
  return ((hash >>> 24) ^ (hash >>> 16) ^ (hash >>> 8) ^ hash) & (count - 1);
}
