import { KeyUri, OtpError, Secret } from '@tidelock/otp';
import { qrDataUri } from '@tidelock/otp/qr';
import { normaliseLabel, normaliseText, type AccountId } from '../account/account-id.ts';
import { enroll, type EnrollOutcome } from '../decisions/enroll.ts';
import type { DeskRooms } from './desk-rooms.ts';
import { checkOptionalToken } from './option-checks.ts';

export interface EnrollOptions {
  /** What the authenticator app shows beside the issuer; the account id where left out. No colon. */
  readonly accountName?: string;
  /** The person's own name of the device; `Authenticator app` where left out. */
  readonly label?: string;
  /**
   * The id of the factor that the new one takes the place of: that one works until the new one is active, and is dead then. Where
   * contacts are on file, the activation asks for a mailed code, too.
   */
  readonly replaces?: string;
  /** Needed once the account is enrolled. */
  readonly proof?: string;
}

/** The one answer that holds the secret: show it, and keep none of it. */
export interface Enrollment extends EnrollOutcome {
  /** The URI as a PNG in a data URI, for an `<img>`. */
  readonly qr: string;
}

/** Factors whose codes are typed. */
export interface CodeFactors {
  /**
   * Begins an enrollment: a new secret, pending until a code of it is right.
   *
   * @throws TidelockError `engine/proof-required`, `engine/factor-unknown`, `engine/too-many-factors`, `engine/rate-limited`, `vault/…`; RangeError
   */
  enroll(account: string, options?: EnrollOptions): Promise<Enrollment>;
  /** A new secret that is kept nowhere, for whoever keeps their own. Base32. */
  generateSecret(): string;
  /** A URI for a secret that the caller keeps. */
  uri(options: { readonly secret: string; readonly accountName: string }): string;
  /** Any otpauth URI as a PNG in a data URI. */
  qr(uri: string): string;
}

export interface CodeFactorRooms extends DeskRooms {
  readonly issuer: string;
}

const labels = { totp: 'Authenticator app', hotp: 'Token' } as const;

export function createCodeFactors(
  kind: 'totp' | 'hotp',
  { office, idOf, issuer }: CodeFactorRooms,
): CodeFactors {
  return {
    async enroll(account, { accountName, label = labels[kind], replaces, proof } = {}) {
      const id = await idOf(account);
      const command = {
        kind,
        label: normaliseLabel(label),
        accountName: checkAccountName(accountName, id),
        replaces: checkOptionalToken(replaces, 'replaces'),
        proof: checkOptionalToken(proof, 'proof'),
      };
      const enrolled = await asMisuse(() => office.decide(id, command, enroll));
      return { ...enrolled, qr: qrDataUri(enrolled.uri) };
    },
    generateSecret: () => Secret.generate().toBase32(),
    uri: ({ secret, accountName }) => {
      const shape = { issuer, accountName, secret };
      return new KeyUri(
        kind === 'totp' ? { ...shape, type: kind } : { ...shape, type: kind, counter: 0 },
      ).toString();
    },
    qr: (uri) => qrDataUri(uri),
  };
}

/** A name that makes no otpauth URI, being too long for one, is the caller's mistake. */
async function asMisuse<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof OtpError ? new RangeError(`${error.message} Give a shorter accountName.`) : error;
  }
}

/** An id may hold a colon, a name in an otpauth URI may not: apps would cut it there. */
function checkAccountName(accountName: string | undefined, { account }: AccountId): string {
  if (accountName === undefined) return account.replaceAll(':', '-');
  const name = normaliseText(accountName, 'an accountName', 200);
  if (name.includes(':'))
    throw new RangeError('An accountName has no colon: authenticator apps would cut it there.');
  return name;
}
