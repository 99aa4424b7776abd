import type { Algorithm, Secret } from '@tidelock/otp';
import { ImportError } from '../import-error.ts';
import { toImportedFactor, type FactorKind, type ImportedFactor } from '../imported-factor.ts';

/** What is written: an entry of an import will do, or these fields of your own. */
export interface ExportableFactor {
  readonly kind: FactorKind;
  readonly issuer: string | null;
  readonly accountName: string;
  readonly secret: Secret;
  readonly algorithm?: Algorithm | undefined;
  readonly digits?: number | undefined;
  readonly periodSeconds?: number | undefined;
  readonly counter?: number | bigint | undefined;
}

/**
 * Checks a factor by the rules of the import, so that whatever is written can be read.
 *
 * @throws ImportError `import/not-exportable`, `import/unsupported-parameters`
 */
export function assertExportable(factor: ExportableFactor): ImportedFactor {
  const { kind, issuer, accountName, secret, algorithm, digits, periodSeconds, counter } = factor;
  const checked = toImportedFactor({
    kind,
    issuer,
    accountName,
    secret,
    algorithm,
    digits,
    periodSeconds,
    counter,
  });
  if (checked.issuer === null && checked.accountName === '')
    throw notExportable('it has no name, and would overwrite others without one');
  return checked;
}

export function notExportable(reason: string): ImportError {
  return new ImportError(
    'import/not-exportable',
    `This entry cannot be written in this format: ${reason}. It was left out.`,
  );
}
