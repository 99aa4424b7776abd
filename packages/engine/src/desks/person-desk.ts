import { erase } from '../decisions/erase.ts';
import { exportAccount } from '../decisions/export-account.ts';
import { viewRecovery } from '../decisions/recovery/recovery-view.ts';
import type { AccountStore } from '../ports/account-store.ts';
import { viewAccount } from './account-view.ts';
import type { DeskRooms, ProofOption } from './desk-rooms.ts';
import { checkOptionalToken } from './option-checks.ts';
import { readPersonEvents, readPersonMessages, type PersonExport } from './person-export.ts';

/** What somebody has a right to: to see all that is kept of them, and to have it erased. */
export interface PersonDesk {
  /**
   * Erases all that is kept of an account; what stays is its id, how many events there were, and their hashes. It is
   * `none` afterwards, and a challenge that expects it to be enrolled is a fault.
   *
   * @throws TidelockError `engine/proof-required`
   */
  erase(account: string, options?: ProofOption): Promise<void>;
  /** Everything that is kept of one person, for that person; contacts are in clear, and no secret is in it. It is logged. */
  exportAccount(account: string): Promise<PersonExport>;
}

export interface PersonRooms extends DeskRooms {
  readonly store: AccountStore;
}

export function createPersonDesk({ office, idOf, store }: PersonRooms): PersonDesk {
  return {
    async erase(account, { proof } = {}) {
      await office.decide(await idOf(account), { proof: checkOptionalToken(proof, 'proof') }, erase);
    },
    async exportAccount(account) {
      const id = await idOf(account);
      const kept = await office.decide(id, await readPersonMessages(store, id), exportAccount);
      const views = await office.read(id, (record, context) => ({
        account: viewAccount(id.account, record, context),
        recovery: viewRecovery(record, context),
      }));
      return { ...views, ...kept, ...(await readPersonEvents(store, id)) };
    },
  };
}
