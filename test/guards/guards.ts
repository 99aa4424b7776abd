import { enrollmentsAndChanges } from './enrollments-and-changes.ts';
import type { Guard } from './guard.ts';
import { limits } from './limits.ts';
import { placesAndStrangers } from './places-and-strangers.ts';
import { postgresStores } from './postgres-stores.ts';
import { recoveriesAndKeys } from './recoveries-and-keys.ts';
import { redisStores } from './redis-stores.ts';
import { refusalsAndSecrets } from './refusals-and-secrets.ts';
import { restores } from './restores.ts';
import { spentAndCounted } from './spent-and-counted.ts';

/** Every guard that a stored patch takes away. docs/testing.md has them as a table. */
export const guards: readonly Guard[] = [
  ...spentAndCounted,
  ...refusalsAndSecrets,
  ...enrollmentsAndChanges,
  ...placesAndStrangers,
  ...recoveriesAndKeys,
  ...restores,
  ...limits,
  ...redisStores,
  ...postgresStores,
];
