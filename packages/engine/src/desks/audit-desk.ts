import { normaliseAccount, normaliseTenant } from '../account/account-id.ts';
import { exportLog, type ExportRooms } from '../audit/export-log.ts';
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
}

export interface AuditRooms extends ExportRooms {
  readonly ready: () => Promise<void>;
}

export function createAuditDesk(rooms: AuditRooms): AuditDesk {
  return {
    async *export(scope = {}) {
      const checked = checkScope(scope);
      await rooms.ready();
      yield* exportLog(checked, rooms);
    },
  };
}

function checkScope({ tenant, account }: AuditScope): LogScope {
  if (tenant === undefined) return {};
  const normal = normaliseTenant(tenant);
  return account === undefined ? { tenant: normal } : { tenant: normal, account: normaliseAccount(account) };
}
