import type { Account } from '../account/account.ts';
import { freshThrottle } from '../account/throttle.ts';
import { decided, type Decided } from './decision.ts';

/** Who does it, and why: an administrator's act, shown in the log under that name. */
export interface AdministratorCommand {
  readonly actor: string;
  readonly reason: string;
}

/** Ends a lock and its count. A factor that failures disabled stays so: it must be bound again (RATE-01). */
export function unlock(account: Account, { actor, reason }: AdministratorCommand): Decided<null> {
  const record = { ...account, throttle: freshThrottle, strongFailures: 0 };
  return decided(record, null, { kind: 'unlocked', actor, note: reason });
}
