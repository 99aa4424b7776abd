import { erase } from '../decisions/erase.ts';
import { vouchForRecovery } from '../decisions/recovery/confirm-recovery.ts';
import { unfreezeRecovery } from '../decisions/recovery/freeze-recovery.ts';
import type { DueRecoveryView, RecoveryView } from '../decisions/recovery/recovery-view.ts';
import { beginReset, completeReset } from '../decisions/reset.ts';
import { unlock, type AdministratorCommand } from '../decisions/unlock.ts';
import type { DeskRooms } from './desk-rooms.ts';
import { checkAdministrator } from './option-checks.ts';

/** What an administrator does to somebody's second factor: each act carries a name and a reason, and is logged with both. */
export interface AdministrationDesk {
  /** Ends a lock. @throws TidelockError `store/…` */
  unlock(account: string, options: AdministratorCommand): Promise<void>;
  /**
   * Begins a reset with its waiting time.
   *
   * @throws TidelockError `engine/no-active-factor`, `engine/recovery-frozen`, `engine/actor-is-owner`
   */
  reset(account: string, options: AdministratorCommand): Promise<DueRecoveryView>;
  /**
   * Vouches for whoever asks for a recovery: one of its two proofs. Gives where it stands then.
   *
   * @throws TidelockError `engine/recovery-unknown`, `engine/recovery-not-ready`, `engine/actor-is-owner`
   */
  vouchForRecovery(account: string, options: AdministratorCommand): Promise<RecoveryView | null>;
  /** Lets recoveries be begun again, after the owner froze one. @throws TidelockError `engine/recovery-not-frozen`, `engine/actor-is-owner` */
  unfreezeRecoveryFor(account: string, options: AdministratorCommand): Promise<void>;
  /** Removes every factor, once the waiting time is over. @throws TidelockError `engine/recovery-unknown`, `engine/recovery-not-ready` */
  completeReset(account: string, options: AdministratorCommand): Promise<void>;
  /** As `erase`, for an account that has no factor: after a reset, or never enrolled. @throws TidelockError `engine/proof-required` */
  eraseUnenrolled(account: string, options: AdministratorCommand): Promise<void>;
}

export function createAdministrationDesk({ office, idOf }: DeskRooms): AdministrationDesk {
  return {
    async unlock(account, options) {
      await office.decide(await idOf(account), checkAdministrator(options), unlock);
    },
    async reset(account, options) {
      return office.decide(await idOf(account), checkAdministrator(options), beginReset);
    },
    async vouchForRecovery(account, options) {
      return (await office.decide(await idOf(account), checkAdministrator(options), vouchForRecovery))
        .recovery;
    },
    async unfreezeRecoveryFor(account, options) {
      await office.decide(
        await idOf(account),
        { administrator: checkAdministrator(options) },
        unfreezeRecovery,
      );
    },
    async completeReset(account, options) {
      await office.decide(await idOf(account), checkAdministrator(options), completeReset);
    },
    async eraseUnenrolled(account, options) {
      await office.decide(await idOf(account), { administrator: checkAdministrator(options) }, erase);
    },
  };
}
