import { Hotp, KeyUri, Secret, Totp } from '@tidelock/otp';
import type { CodeOptions } from './code-options.ts';
import { UsageError } from './shell.ts';

/** What codes come from: a secret or a URI, and what the options add to it. */
export type CodeSource =
  | { readonly kind: 'totp'; readonly totp: Totp; readonly remarks: readonly string[] }
  | {
      readonly kind: 'hotp';
      readonly hotp: Hotp;
      readonly counter: number | bigint;
      readonly remarks: readonly string[];
    };

/** @throws UsageError for options that do not fit; OtpError for what is no secret and no URI; RangeError */
export function parseCodeSource(text: string, options: CodeOptions): CodeSource {
  // No base32 has a colon, and every URI has.
  const source = text.includes(':') ? sourceOfUri(text, options) : sourceOfSecret(text, options);
  if (source.kind === 'hotp' && options.at !== undefined)
    throw new UsageError('--at is a time, and this code comes from a counter.');
  return source;
}

function sourceOfUri(text: string, options: CodeOptions): CodeSource {
  const given = (['algorithm', 'digits', 'period'] as const).find((name) => options[name] !== undefined);
  if (given !== undefined)
    throw new UsageError(
      `A URI says itself what --${given} is: leave the option out, or give the secret alone.`,
    );
  const { type, secret, algorithm, digits, periodSeconds, counter } = KeyUri.parse(text);
  const remarks = remarksOn(secret);
  if (type === 'hotp')
    return {
      kind: 'hotp',
      hotp: new Hotp(secret, { algorithm, digits }),
      counter: options.counter ?? counter,
      remarks,
    };
  if (options.counter !== undefined)
    throw new UsageError('--counter is for HOTP, and this URI is of TOTP: its codes come from the time.');
  return { kind: 'totp', totp: new Totp(secret, { algorithm, digits, periodSeconds }), remarks };
}

function sourceOfSecret(text: string, options: CodeOptions): CodeSource {
  const { algorithm, digits, period, counter } = options;
  const secret = Secret.fromBase32(text);
  const remarks = remarksOn(secret);
  if (counter === undefined)
    return { kind: 'totp', totp: new Totp(secret, { algorithm, digits, periodSeconds: period }), remarks };
  if (period !== undefined) throw new UsageError('--period is for TOTP, and --counter for HOTP: give one.');
  return { kind: 'hotp', hotp: new Hotp(secret, { algorithm, digits }), counter, remarks };
}

/** S40: what a person chose can be computed with, and must not be trusted. */
export function remarksOn(secret: Secret): readonly string[] {
  if (!secret.isWeak) return [];
  return [
    `Warning: this secret is weak: it has ${secret.byteLength * 8} bits, and 128 are the least (RFC 4226). Use it for tests only.`,
  ];
}
