import { OtpError, type OtpErrorCode } from '@tidelock/otp';
import { ImportError, type ImportErrorCode } from './import-error.ts';
import { toImportedFactor, type FactorDraft, type ImportedFactor } from './imported-factor.ts';
import { limits } from './limits.ts';

/** An entry that was lost, where it stood, and why. It holds no secret and no name. */
export interface ImportFailure {
  /** `entry 3`, `line 3`, `row 3`, `batch 2 of 3`, counted from one. */
  readonly place: string;
  readonly code: ImportErrorCode | OtpErrorCode;
  readonly message: string;
}

/** Gathers what a reader finds, so that one bad entry does not lose the others. */
export class EntryCollector {
  readonly #entries: ImportedFactor[] = [];
  readonly #failures: ImportFailure[] = [];

  get failures(): readonly ImportFailure[] {
    return this.#failures;
  }

  /**
   * One entry: what `read` throws on purpose is a failure of this entry alone.
   *
   * @throws ImportError `import/too-many-entries`
   */
  add(place: string, read: () => FactorDraft): void {
    this.#assertRoom();
    try {
      this.#entries.push(toImportedFactor(read()));
    } catch (error) {
      this.fail(place, error);
    }
  }

  /** Notes what was lost. An error that is not ours is a mistake of ours, and thrown again. */
  fail(place: string, error: unknown): void {
    if (!(error instanceof ImportError) && !(error instanceof OtpError)) throw error;
    this.#assertRoom();
    this.#failures.push({ place, code: error.code, message: error.message });
  }

  /** All entries, each that stands there a second time marked as a duplicate. */
  entries(): ImportedFactor[] {
    const seen = new Set<string>();
    return this.#entries.map((entry) => {
      const { kind, secret, algorithm, digits, periodSeconds } = entry;
      const identity = [kind, algorithm, digits, periodSeconds, secret.toHex()].join(' ');
      const isDuplicate = seen.has(identity);
      seen.add(identity);
      return isDuplicate ? { ...entry, warnings: [...entry.warnings, 'duplicate' as const] } : entry;
    });
  }

  #assertRoom(): void {
    if (this.#entries.length + this.#failures.length >= limits.entriesMax) {
      throw new ImportError(
        'import/too-many-entries',
        `The file has more than ${limits.entriesMax} entries. Split it, and import the parts.`,
      );
    }
  }
}
