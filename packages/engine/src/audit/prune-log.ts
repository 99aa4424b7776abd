import { reservedTenant } from '../account/account-id.ts';
import type { AccountOffice } from '../account-office.ts';
import { pruneEvents } from '../decisions/prune-events.ts';
import type { StoredAccount } from '../ports/account-store.ts';
import { noteRotation } from '../store-identity.ts';
import type { Transact } from '../transact.ts';
import { signCheckpoint, type Checkpoint } from './checkpoint.ts';
import { accountLine, eventLine, type ExportRooms } from './export-log.ts';
import { Findings } from './log-report.ts';
import { chainPlaceOf, readAccounts, readChain } from './read-chain.ts';
import { AccountCheck } from './verify-account.ts';

export interface PruneRooms extends ExportRooms {
  readonly office: AccountOffice;
  readonly transact: Transact;
}

/** What a pruning came to. */
export interface PruneReport {
  /** Accounts of which events were deleted. */
  readonly accounts: number;
  readonly events: number;
  /** Accounts whose chains do not verify: nothing of them is deleted. `tidelock audit verify` says what is wrong. */
  readonly broken: number;
}

/**
 * Deletes the events that are older than an instant. The store's own log, which says who held which keys, is kept; so is the
 * newest event of each account.
 *
 * SECURITY: LOG-05, a checkpoint is signed over what verifies alone: signed over anything else, it would make an altered log
 * a right one (`prune-log.test.ts`).
 */
export async function pruneLog(
  { before, tenant }: { readonly before: number; readonly tenant?: string | undefined },
  rooms: PruneRooms,
): Promise<PruneReport> {
  let [accounts, events, broken] = [0, 0, 0];
  for await (const page of readAccounts(rooms.store, tenant === undefined ? {} : { tenant })) {
    for (const stored of page) {
      if (stored.id.tenant === reservedTenant) continue;
      const found = await findOld(stored, before, rooms);
      if (found === 'broken') broken += 1;
      if (found === 'broken' || found === null) continue;
      const checkpoint = signCheckpoint(rooms.chain, stored.id, found);
      if (!(await rooms.office.decide(stored.id, checkpoint, pruneEvents))) continue;
      accounts += 1;
      events += found.count;
    }
  }
  if (events > 0) {
    const note = `${events} events of ${accounts} accounts`;
    await noteRotation(rooms.transact, { event: { kind: 'log-pruned', until: before, note } });
  }
  return { accounts, events, broken };
}

type OldEvents = Omit<Checkpoint, 'mac'> & { readonly count: number };

/** The last of the events that are old enough, and how many there are; null where there is none. */
async function findOld(
  stored: StoredAccount,
  before: number,
  { store, chain, platform }: PruneRooms,
): Promise<OldEvents | 'broken' | null> {
  const { count } = chainPlaceOf(stored);
  if (count === null) return 'broken';
  const findings = new Findings();
  const check = new AccountCheck(accountLine(stored), 1, null, { chain, platform, findings });
  let old: OldEvents | null = null;
  let isOld = true;
  let read = 0;
  for await (const event of readChain(store, stored.id, count)) {
    check.event(eventLine(event), 1);
    read += 1;
    // The clock may have gone back: what comes after an event that stays, stays as well.
    isOld &&= event.at < before && event.sequence < count;
    if (isOld) old = { sequence: event.sequence, link: event.link, count: read };
  }
  check.end();
  return findings.none ? old : 'broken';
}
