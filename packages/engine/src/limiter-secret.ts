import { nodePlatform } from './platform/node-crypto.ts';
import type { KeyRing } from './ports/key-ring.ts';

/**
 * What the keys of a shared limiter are hashed with, so that nobody who reads its database can try addresses on them (C16). It is
 * the same in every process with these keys, in whatever order they have them: a rotation that is rolled out splits no budget.
 */
export function limiterSecret({ keys }: KeyRing): string {
  const [first] = keys.toSorted((left, right) => (left.id < right.id ? -1 : 1));
  // A function of the master key that nothing else computes; it tells nothing of the key (HKDF's expand, RFC 5869 §2.3).
  return nodePlatform.mac(first!.key, 'tidelock limiter keys\u0001');
}
