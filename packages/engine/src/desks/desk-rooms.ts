import type { AccountId } from '../account/account-id.ts';
import type { AccountOffice } from '../account-office.ts';

/** What every desk works with. */
export interface DeskRooms {
  readonly office: AccountOffice;
  /** Checks the application's own id, and waits until the store is known to be ours. @throws TypeError, RangeError, TidelockError */
  readonly idOf: (account: string) => Promise<AccountId>;
}

/** What a change of an enrolled account carries. */
export interface ProofOption {
  /** From an accepted verification of a ticket with the purpose `manage`; needed once the account is enrolled. */
  readonly proof?: string;
}
