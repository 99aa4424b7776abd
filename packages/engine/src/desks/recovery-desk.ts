import type { Locked, Rejected } from '../decisions/attempt.ts';
import { beginRecovery, type RecoveryBegun } from '../decisions/recovery/begin-recovery.ts';
import { cancelRecovery } from '../decisions/recovery/cancel-recovery.ts';
import { confirmRecovery, type RecoveryConfirmed } from '../decisions/recovery/confirm-recovery.ts';
import { freezeRecovery, unfreezeRecovery } from '../decisions/recovery/freeze-recovery.ts';
import { viewRecovery, type RecoveryView } from '../decisions/recovery/recovery-view.ts';
import type { DeskRooms, ProofOption } from './desk-rooms.ts';
import { checkOptionalToken, readable } from './option-checks.ts';

export interface BeginRecoveryOptions {
  /** Whom a code is mailed to: the owner where left out, or those who may vouch. */
  readonly to?: 'owner' | 'contact';
}

export interface ConfirmRecoveryOptions {
  /** As it was typed; anything that is no string is refused as malformed, and counted. */
  readonly code: unknown;
  /** Whom it was mailed to: the owner where left out. */
  readonly from?: 'owner' | 'contact';
}

/** One of them: a proof with the purpose `manage`, or the token of a "this was not me" link of the recovery that is under way. */
export interface StopRecoveryOptions extends ProofOption {
  readonly token?: string;
}

export type RecoveryConfirmation = RecoveryConfirmed | Rejected | Locked;
export type RecoveryCancellation = { readonly outcome: 'accepted' } | Rejected | Locked;

/** The way back of somebody who lost every device and all backup codes. */
export interface RecoveryDesk {
  /** Where it stands; null where none is in progress, and nothing keeps one from being begun. */
  recovery(account: string): Promise<RecoveryView | null>;
  /**
   * Begins it, for somebody who has passed the first factor, or goes on with it: mails the code that is wanted next.
   *
   * @throws TidelockError `engine/no-active-factor`, `engine/recovery-frozen`, `engine/recovery-unavailable`, `engine/rate-limited`, `vault/…`
   */
  beginRecovery(account: string, options?: BeginRecoveryOptions): Promise<RecoveryBegun>;
  /** Takes a mailed code: as a proof, and when it is ready as the last word. @throws TidelockError `engine/recovery-not-ready`, `vault/…` */
  confirmRecovery(account: string, options: ConfirmRecoveryOptions): Promise<RecoveryConfirmation>;
  /** Ends it, with a proof or a link. @throws TidelockError `engine/recovery-unknown`, `engine/proof-required`, `engine/link-refused` */
  cancelRecovery(account: string, options: StopRecoveryOptions): Promise<void>;
  /** Ends it, with the code that was mailed last. @throws TidelockError `vault/…` */
  cancelRecoveryByCode(account: string, options: { readonly code: unknown }): Promise<RecoveryCancellation>;
  /** As `cancelRecovery`, with a proof; the name that it had when only resets could be cancelled. */
  cancelReset(account: string, options: ProofOption): Promise<void>;
  /**
   * "This was not me": ends it, and whatever was open; none can be begun until `unfreezeRecovery`.
   *
   * @throws TidelockError `engine/link-refused`, `engine/recovery-unknown`, `engine/proof-required`
   */
  freezeRecovery(account: string, options: StopRecoveryOptions): Promise<void>;
  /** Lifts that. @throws TidelockError `engine/recovery-not-frozen`, `engine/proof-required` */
  unfreezeRecovery(account: string, options: ProofOption): Promise<void>;
}

export function createRecoveryDesk({ office, idOf }: DeskRooms): RecoveryDesk {
  const cancel = async (account: string, options: StopRecoveryOptions): Promise<void> => {
    await office.decide(await idOf(account), checkStop(options), cancelRecovery);
  };
  return {
    async recovery(account) {
      return office.read(await idOf(account), viewRecovery);
    },
    async beginRecovery(account, { to = 'owner' } = {}) {
      return office.decide(await idOf(account), { to: checkSide(to, 'to') }, beginRecovery);
    },
    async confirmRecovery(account, { code, from = 'owner' }) {
      const command = { code, from: checkSide(from, 'from') };
      return readable(await office.decide(await idOf(account), command, confirmRecovery));
    },
    cancelRecovery: cancel,
    cancelReset: (account, { proof }) => cancel(account, proof === undefined ? {} : { proof }),
    async cancelRecoveryByCode(account, { code }) {
      return readable(await office.decide(await idOf(account), { typed: { code } }, cancelRecovery));
    },
    async freezeRecovery(account, options) {
      await office.decide(await idOf(account), checkStop(options), freezeRecovery);
    },
    async unfreezeRecovery(account, { proof }) {
      await office.decide(
        await idOf(account),
        { proof: checkOptionalToken(proof, 'proof') },
        unfreezeRecovery,
      );
    },
  };
}

function checkStop({ proof, token }: StopRecoveryOptions) {
  return { proof: checkOptionalToken(proof, 'proof'), token: checkOptionalToken(token, 'token') };
}

function checkSide(side: 'owner' | 'contact', name: string): 'owner' | 'contact' {
  if (side !== 'owner' && side !== 'contact') throw new RangeError(`${name} is "owner" or "contact".`);
  return side;
}
