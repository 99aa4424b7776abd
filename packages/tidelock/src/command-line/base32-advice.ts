import type { OtpError } from '@tidelock/otp';

/** What the library says of a text that is no base32, with the way that this command has for it. */
export function adviceOn(error: OtpError): string {
  if (error.code !== 'otp/invalid-base32') return error.message;
  return `${error.message} Here: "tidelock secret --from-text TEXT" shows the base32 of a text.`;
}
