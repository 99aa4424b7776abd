import type { BackupCodeFormat } from '../policy.ts';
import { normaliseBackupCode } from './backup-codes.ts';

/** What somebody typed, by its form alone. */
export type TypedCode =
  | { readonly form: 'digits'; readonly code: string }
  | { readonly form: 'backupCode'; readonly code: string; readonly format: BackupCodeFormat }
  | { readonly form: 'malformed' };

/** The longest text that is looked at; anything longer is malformed. */
const typedCodeLengthMax = 64;

const malformed: TypedCode = Object.freeze({ form: 'malformed' });

/** Which forms an account knows. */
export interface KnownForms {
  readonly backupCodeFormat: BackupCodeFormat;
  /** Whether a one-time code of so many digits is known: to any of its factors, or to the policy. */
  isDigits(length: number): boolean;
}

/**
 * Says what form a typed code has, before anything is computed (S27). ASCII blanks and dashes, as people group codes,
 * do not count; digits of other scripts are no digits (A7).
 */
export function readTypedCode(typed: unknown, known: KnownForms): TypedCode {
  if (typeof typed !== 'string' || typed.length > typedCodeLengthMax) return malformed;
  const bare = typed.replaceAll(/[ -]/g, '');
  if (/^[0-9]{6,8}$/.test(bare) && known.isDigits(bare.length)) return { form: 'digits', code: bare };
  const format = known.backupCodeFormat;
  const code = normaliseBackupCode(bare, format);
  return code === null ? malformed : { form: 'backupCode', code, format };
}
