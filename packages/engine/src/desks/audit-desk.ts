import { normaliseAccount, normaliseTenant } from '../account/account-id.ts';
import { exportLog } from '../audit/export-log.ts';
import { pruneLog, type PruneReport, type PruneRooms } from '../audit/prune-log.ts';
import type { LogScope } from '../audit/read-chain.ts';

/** Whose log: of one account of a tenant, of one tenant, or, where nothing is named, of everybody and of the store itself. */
export type AuditScope =
  | { readonly tenant?: string; readonly account?: undefined }
  | { readonly tenant: string; readonly account: string };

/** The audit log of a store as a whole: of all tenants. */
export interface AuditDesk {
  /**
   * The log as lines of JSON, which end with a signed head: `docs/audit.md` describes them, `verifyLog` verifies them. What
   * is logged meanwhile is left to the next export.
   *
   * @throws RangeError; TidelockError `store/…`
   */
  export(scope?: AuditScope): AsyncIterable<string>;
  /**
   * Deletes the events that are older than `before`, seconds since the epoch, of one tenant or of all. A signed checkpoint
   * stands for them, so that the rest still verifies; the newest event of each account stays.
   *
   * @throws RangeError for an instant that is none or to come; TidelockError `store/…`
   */
  prune(options: { readonly before: number; readonly tenant?: string }): Promise<PruneReport>;
}

export interface AuditRooms extends PruneRooms {
  readonly ready: () => Promise<void>;
}

export function createAuditDesk(rooms: AuditRooms): AuditDesk {
  return {
    async *export(scope = {}) {
      const checked = checkScope(scope);
      await rooms.ready();
      yield* exportLog(checked, rooms);
    },
    async prune({ before, tenant }) {
      if (!(before >= 0 && before <= rooms.platform.clock.now()))
        throw new RangeError('Events are pruned up to an instant of the past.');
      const whose = tenant === undefined ? undefined : normaliseTenant(tenant);
      await rooms.ready();
      return pruneLog({ before, tenant: whose }, rooms);
    },
  };
}

function checkScope({ tenant, account }: AuditScope): LogScope {
  if (tenant === undefined) return {};
  const normal = normaliseTenant(tenant);
  return account === undefined ? { tenant: normal } : { tenant: normal, account: normaliseAccount(account) };
}
