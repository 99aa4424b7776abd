/** Every code of this package, thrown or in a failure. `docs/errors.md` of the project explains each. */
export type ImportErrorCode =
  | 'import/too-large'
  | 'import/too-many-entries'
  | 'import/unknown-format'
  | 'import/unsupported-format'
  | 'import/unsupported-encryption'
  | 'import/malformed'
  | 'import/password-required'
  | 'import/wrong-password'
  | 'import/key-required'
  | 'import/wrong-key'
  | 'import/cost-too-high'
  | 'import/mac-missing'
  | 'import/mac-mismatch'
  | 'import/invalid-secret'
  | 'import/unsupported-type'
  | 'import/unsupported-algorithm'
  | 'import/unsupported-parameters'
  | 'import/missing-batch'
  | 'import/not-a-uri'
  | 'import/not-exportable'
  | 'import/unsupported-image'
  | 'import/no-qr-code';

/**
 * A file cannot be read. The message says what was wrong, what was expected and what to do. It never holds a secret, a
 * password or a name. Misuse by the programmer is a `TypeError` instead.
 */
export class ImportError extends Error {
  override readonly name: string = 'ImportError';
  readonly code: ImportErrorCode;

  constructor(code: ImportErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
