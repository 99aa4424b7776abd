/** Every code that an {@link OtpError} can carry. `docs/errors.md` of the project explains each. */
export type OtpErrorCode =
  | 'otp/invalid-base32'
  | 'otp/invalid-hex'
  | 'otp/invalid-secret'
  | 'otp/weak-secret'
  | 'otp/invalid-name'
  | 'otp/uri-too-long'
  | 'otp/uri-malformed'
  | 'otp/uri-unsupported'
  | 'otp/uri-repeated-parameter'
  | 'otp/uri-invalid-secret'
  | 'otp/uri-invalid-algorithm'
  | 'otp/uri-invalid-digits'
  | 'otp/uri-invalid-period'
  | 'otp/uri-invalid-counter'
  | 'otp/qr-too-long'
  | 'otp/qr-too-small';

/**
 * Something that came from outside (a secret, a URI, a name) cannot be used. The message says what was wrong, what was
 * expected and what to do, and never holds the secret. Misuse by the programmer is a `TypeError` or `RangeError` instead.
 */
export class OtpError extends Error {
  override readonly name: string = 'OtpError';
  readonly code: OtpErrorCode;

  constructor(code: OtpErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
