import { loginPurpose } from '../account/ticket.ts';
import { normaliseRoles, type Requirement, type Requirements } from '../account/requirement.ts';
import { activate, prepareActivate, type Activated } from '../decisions/activate.ts';
import type { Locked, Rejected } from '../decisions/attempt.ts';
import { challenge, type ChallengeOutcome } from '../decisions/challenge.ts';
import type { Accepted } from '../decisions/issue-proof.ts';
import { redeemProof, type RedeemOutcome } from '../decisions/redeem-proof.ts';
import { resync, type Resynchronised } from '../decisions/resync.ts';
import { prepareVerify, verify } from '../decisions/verify.ts';
import { TidelockError } from '../tidelock-error.ts';
import type { DeskRooms } from './desk-rooms.ts';
import {
  checkActHash,
  checkOptionalFlag,
  checkOptionalToken,
  checkPurposeWord,
  checkToken,
  readable,
} from './option-checks.ts';

export interface ChallengeOptions {
  /** `login` where left out; `manage` for changes of the second factor; any other word for an act of the application's own. */
  readonly purpose?: string;
  /** The hash of the act that is to be approved. */
  readonly actHash?: string;
  /** What the application remembers of its user: an enrolled account that the store does not know is then a fault. */
  readonly expected?: 'enrolled';
  /** From a sign-in with `trustBrowser` in this browser: where it is still trusted, no code is asked for. */
  readonly trustToken?: string;
  /** Which roles the user has, by the application's own names: a requirement may be for one of them. */
  readonly roles?: readonly string[];
}

export interface VerifyOptions {
  /** As it was typed; anything that is no string is refused as malformed, and counted. */
  readonly code: unknown;
  /** The factor that the code is of; left out, the last used ones are tried. */
  readonly factorId?: string;
  /** From `challenge`; without it the purpose is `check`, and the proof lifts nothing. */
  readonly ticket?: string;
  /** Asks for a `trustToken`, which is given where the policy allows it. */
  readonly trustBrowser?: boolean;
}

export interface ActivateOptions {
  readonly factorId: string;
  readonly code: unknown;
  /** What was typed of the mailed code, where the enrollment said that one was mailed. */
  readonly emailCode?: unknown;
}

export interface ResyncOptions {
  readonly factorId: string;
  /** Two or three codes that the device showed one after the other; anything else is refused as malformed, and counted. */
  readonly codes: unknown;
}

export interface RedeemOptions {
  readonly proof: string;
  readonly purpose: string;
  readonly actHash?: string;
}

export type Verdict = Accepted | Rejected | Locked;
export type Activation = Activated | Rejected | Locked;
export type Resynchronisation = Resynchronised | Rejected | Locked;

/** Everything that asks for a code, and what comes of a right one. */
export interface VerificationDesk {
  /** Proves a pending factor by a code of its own. @throws TidelockError `vault/…`, `store/…` */
  activate(account: string, options: ActivateOptions): Promise<Activation>;
  /** Whether a second factor is needed, and a ticket for it. @throws TidelockError `engine/account-not-enrolled`, `engine/enrollment-required`, `engine/rate-limited`, `store/…` */
  challenge(account: string, options?: ChallengeOptions): Promise<ChallengeOutcome>;
  /** Judges a code. @throws TidelockError `vault/…`, `store/…` */
  verify(account: string, options: VerifyOptions): Promise<Verdict>;
  /**
   * Finds a token that ran ahead, or a clock that is hours off, by consecutive codes. It lifts nothing: there is no proof.
   *
   * @throws TidelockError `vault/…`, `store/…`
   */
  resync(account: string, options: ResyncOptions): Promise<Resynchronisation>;
  /** Whether a ticket is still open: it dies of its age, of wrong codes, and of a new password. @throws TidelockError `store/…` */
  isTicketOpen(account: string, ticket: string): Promise<boolean>;
  /** Spends a proof, once: how an application lifts its pending session. @throws TidelockError `store/…` */
  redeem(account: string, options: RedeemOptions): Promise<RedeemOutcome>;
}

export interface VerificationRooms extends DeskRooms {
  /** What holds for the accounts of this tenant. */
  readonly requirements: () => Promise<Requirements>;
  readonly profile: Requirement;
}

export function createVerificationDesk({
  office,
  idOf,
  requirements,
  profile,
}: VerificationRooms): VerificationDesk {
  return {
    async activate(account, { factorId, code, emailCode }) {
      const command = { factorId: checkToken(factorId, 'factorId'), code, emailCode };
      return readable(
        await office.decidePrepared(await idOf(account), command, {
          need: prepareActivate,
          decide: activate,
        }),
      );
    },

    async challenge(account, { purpose = loginPurpose, actHash, expected, trustToken, roles = [] } = {}) {
      if (expected !== undefined && expected !== 'enrolled')
        throw new RangeError('expected is "enrolled", or left out.');
      const command = {
        purpose: checkPurposeWord(purpose),
        actHash: checkActHash(actHash),
        expected,
        trustToken: checkOptionalToken(trustToken, 'trustToken'),
        roles: normaliseRoles(roles),
      };
      const id = await idOf(account);
      // SECURITY: rule 3, where nobody can say what is required, nobody passes: this throws.
      const demanded = { requirements: await requirements(), profile };
      const outcome = await office.decide(id, { ...command, ...demanded }, challenge);
      if (outcome.required === 'overdue') throw new TidelockError('engine/enrollment-required');
      return outcome;
    },

    async verify(account, { code, factorId, ticket, trustBrowser }) {
      const command = {
        code,
        factorId: checkOptionalToken(factorId, 'factorId'),
        ticket: checkOptionalToken(ticket, 'ticket'),
        trustBrowser: checkOptionalFlag(trustBrowser, 'trustBrowser'),
      };
      return readable(
        await office.decidePrepared(await idOf(account), command, { need: prepareVerify, decide: verify }),
      );
    },

    async resync(account, { factorId, codes }) {
      const command = { factorId: checkToken(factorId, 'factorId'), codes };
      return readable(await office.decide(await idOf(account), command, resync));
    },

    isTicketOpen: (account, ticket) => findTicket({ office, idOf }, account, ticket),

    async redeem(account, { proof, purpose, actHash }) {
      const command = {
        proof: checkToken(proof, 'proof'),
        purpose: checkPurposeWord(purpose),
        actHash: checkActHash(actHash),
      };
      return office.decide(await idOf(account), command, redeemProof);
    },
  };
}

async function findTicket({ office, idOf }: DeskRooms, account: string, ticket: string): Promise<boolean> {
  const token = checkToken(ticket, 'ticket');
  return office.read(await idOf(account), ({ tickets }, { platform }) => {
    const hash = platform.digest(token);
    return tickets.some((open) => open.hash === hash);
  });
}
