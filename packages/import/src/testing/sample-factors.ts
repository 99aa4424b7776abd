import { Secret } from '@tidelock/otp';
import type { ExportableFactor } from '../export/exportable-factor.ts';

/** The seeds of RFC 6238, appendix B (erratum 2866): the digits 1 to 0 again and again, 20, 32 or 64 of them. */
const seed = (bytes: number): Secret => Secret.fromText('1234567890'.repeat(7).slice(0, bytes));

/** The three keys of RFC 6238, whose codes of eight digits are published. */
export const rfc6238Factors: readonly ExportableFactor[] = (
  [
    ['SHA1', 20],
    ['SHA256', 32],
    ['SHA512', 64],
  ] as const
).map(([algorithm, bytes]) => ({
  kind: 'totp',
  issuer: `Acme ${algorithm}`,
  accountName: 'zoë+1@example.com',
  secret: seed(bytes),
  algorithm,
  digits: 8,
  periodSeconds: 30,
  counter: 0,
}));

export const hotpFactor: ExportableFactor = {
  kind: 'hotp',
  issuer: 'Issuu',
  accountName: 'James',
  secret: seed(20),
  algorithm: 'SHA1',
  digits: 6,
  periodSeconds: 30,
  counter: 7,
};

export const steamFactor: ExportableFactor = {
  kind: 'steam',
  issuer: 'Steam',
  accountName: 'gamer',
  secret: Secret.fromText('12345678901234567890'),
  algorithm: 'SHA1',
  digits: 5,
  periodSeconds: 30,
  counter: 0,
};

/** What a factor is, without its warnings, to be compared with another. */
export function plainly(factor: ExportableFactor): object {
  const { kind, issuer, accountName, secret, algorithm, digits, periodSeconds, counter } = factor;
  return {
    kind,
    issuer,
    accountName,
    secret: secret.toHex(),
    algorithm: algorithm ?? 'SHA1',
    digits: digits ?? 6,
    periodSeconds: periodSeconds ?? 30,
    counter: counter ?? 0,
  };
}
