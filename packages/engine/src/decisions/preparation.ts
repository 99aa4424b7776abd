import type { BackupCodeFormat } from '../policy.ts';
import type { Argon2Cost } from '../ports/password-hash.ts';

/** Slow work that a decision wants done before it decides, outside every batch. */
export type PreparationNeed =
  | { readonly kind: 'hash'; readonly code: string; readonly salt: string; readonly cost: Argon2Cost }
  | {
      readonly kind: 'backupCodes';
      readonly count: number;
      readonly format: BackupCodeFormat;
      readonly cost: Argon2Cost;
    };

/** What came of it; it says what it was made from, so that a decision sees when that has changed. */
export type Preparation =
  | { readonly kind: 'hash'; readonly salt: string; readonly hash: Uint8Array }
  | {
      readonly kind: 'backupCodes';
      readonly format: BackupCodeFormat;
      readonly cost: Argon2Cost;
      readonly salt: string;
      /** In the form in which they were hashed. */
      readonly codes: readonly string[];
      /** All hashes, one behind the other. */
      readonly hashes: Uint8Array;
    };
