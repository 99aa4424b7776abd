import type { Recovery } from '../account/recovery.ts';
import { erase } from '../decisions/erase.ts';
import { beginReset, completeReset } from '../decisions/reset.ts';
import { unlock, type AdministratorCommand } from '../decisions/unlock.ts';
import type { DeskRooms } from './desk-rooms.ts';
import { checkAdministrator } from './option-checks.ts';

/** What an administrator does to somebody's second factor: each act carries a name and a reason, and is logged with both. */
export interface AdministrationDesk {
  /** Ends a lock. @throws TidelockError `store/…` */
  unlock(account: string, options: AdministratorCommand): Promise<void>;
  /** Begins a reset with its waiting time. @throws TidelockError `engine/no-active-factor` */
  reset(account: string, options: AdministratorCommand): Promise<Recovery>;
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
    async completeReset(account, options) {
      await office.decide(await idOf(account), checkAdministrator(options), completeReset);
    },
    async eraseUnenrolled(account, options) {
      await office.decide(await idOf(account), { administrator: checkAdministrator(options) }, erase);
    },
  };
}
