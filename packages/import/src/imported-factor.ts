import type { Algorithm, KeyUriWarning, Secret } from '@tidelock/otp';
import { ImportError } from './import-error.ts';
import { limits } from './limits.ts';
import { cleanName } from './name.ts';

/** `steam` is TOTP with SHA-1 and 30 seconds whose codes are five letters: see `steamCode`. */
export type FactorKind = 'totp' | 'hotp' | 'steam';

/** What to look at before an entry is used: those of a key URI, and what an import adds. */
export type ImportWarning =
  | KeyUriWarning
  /** The same secret with the same parameters stands before it in the file. */
  | 'duplicate'
  /** The file does not say algorithm, digits, period or counter, and the usual one was taken. */
  | 'default-assumed'
  /** Control characters were replaced in a name, or it was cut. */
  | 'name-cleaned'
  /** The file has the last counter that was used; this one is the next. */
  | 'counter-advanced'
  /** The file says TOTP; the app shows five letters to an issuer of that name. */
  | 'steam-assumed'
  /** The file is signed, and nobody looked at the signature. */
  | 'signature-not-checked';

export interface ImportedFactor {
  readonly kind: FactorKind;
  readonly issuer: string | null;
  /** May be empty, where the file has no name. */
  readonly accountName: string;
  readonly secret: Secret;
  readonly algorithm: Algorithm;
  /** 5 letters where the kind is `steam`. */
  readonly digits: number;
  /** 30 where the kind is `hotp`, which has no period. */
  readonly periodSeconds: number;
  /** The next counter that is expected; 0 where the kind is not `hotp`. A bigint above 2^53 - 1. */
  readonly counter: number | bigint;
  readonly warnings: readonly ImportWarning[];
}

/** What a reader found. What it leaves out is the default of its kind. */
export interface FactorDraft {
  readonly kind: FactorKind;
  readonly issuer: string | null | undefined;
  readonly accountName: string | null | undefined;
  readonly secret: Secret;
  readonly algorithm?: Algorithm | undefined;
  readonly digits?: number | undefined;
  readonly periodSeconds?: number | undefined;
  readonly counter?: number | bigint | undefined;
  readonly forgiven?: readonly ImportWarning[] | undefined;
}

/**
 * Checks a draft by the one set of rules for all formats, and says what is unusual about it.
 *
 * @throws ImportError `import/unsupported-parameters`
 */
export function toImportedFactor(draft: FactorDraft): ImportedFactor {
  const { kind, secret, algorithm = 'SHA1', counter = 0 } = draft;
  const { digits = kind === 'steam' ? 5 : 6, periodSeconds = 30 } = draft;
  const issuer = cleanName(draft.issuer ?? '');
  const account = cleanName(draft.accountName ?? '');
  assertParameters({ kind, algorithm, digits, periodSeconds, counter });
  const warnings = new Set(draft.forgiven ?? []);
  if (issuer.isCleaned || account.isCleaned) warnings.add('name-cleaned');
  if (issuer.name === '') warnings.add('no-issuer');
  if (account.name === '') warnings.add('no-account-name');
  if (issuer.name.includes(':') || account.name.includes(':')) warnings.add('colon-in-name');
  if (Buffer.byteLength(`${issuer.name}:${account.name}`) > limits.nameBytesAdvised)
    warnings.add('name-too-long');
  if (kind !== 'steam' && (algorithm !== 'SHA1' || digits !== 6 || (kind === 'totp' && periodSeconds !== 30)))
    warnings.add('unusual-parameters');
  if (secret.isWeak) warnings.add('weak-secret');
  return {
    kind,
    issuer: issuer.name === '' ? null : issuer.name,
    accountName: account.name,
    secret,
    algorithm,
    digits,
    periodSeconds: kind === 'hotp' ? 30 : periodSeconds,
    counter: kind === 'hotp' ? counter : 0,
    warnings: [...warnings],
  };
}

interface Parameters {
  readonly kind: FactorKind;
  readonly algorithm: Algorithm;
  readonly digits: number;
  readonly periodSeconds: number;
  readonly counter: number | bigint;
}

function assertParameters({ kind, algorithm, digits, periodSeconds, counter }: Parameters): void {
  if (kind === 'steam') {
    if (algorithm !== 'SHA1' || digits !== 5 || periodSeconds !== 30)
      throw refusal('a Steam key has SHA1, five letters and 30 seconds');
    return;
  }
  const { digitsMin, digitsMax, periodSecondsMin, periodSecondsMax, counterMax } = limits;
  if (!isWhole(digits, digitsMin, digitsMax)) throw refusal(`digits are not ${digitsMin} to ${digitsMax}`);
  if (kind === 'totp' && !isWhole(periodSeconds, periodSecondsMin, periodSecondsMax))
    throw refusal(`the period is not ${periodSecondsMin} to ${periodSecondsMax} seconds`);
  const isCounter = typeof counter === 'bigint' ? true : Number.isSafeInteger(counter);
  if (kind === 'hotp' && (!isCounter || counter < 0 || BigInt(counter) > counterMax))
    throw refusal('the counter is not 0 to 2^64 - 1, or too large for a number of JSON');
}

function isWhole(value: number, min: number, max: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}

function refusal(reason: string): ImportError {
  return new ImportError(
    'import/unsupported-parameters',
    `This entry cannot be used: ${reason}. Enroll it anew with the usual parameters.`,
  );
}
