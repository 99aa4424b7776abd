import type { AuditChain } from '../audit-chain.ts';
import type { AccountStore, StoredAccount, StoredEvent } from '../ports/account-store.ts';
import type { Platform } from '../ports/platform.ts';
import { readSealedAuditKey } from '../store-identity.ts';
import {
  bodyOf,
  headTexts,
  runningDigest,
  type AccountLine,
  type EventLine,
  type FileHead,
  type FileLine,
  type FileStart,
} from './audit-file.ts';
import { chainPlaceOf, readAccounts, readChain, type LogScope } from './read-chain.ts';

export interface ExportRooms {
  readonly store: AccountStore;
  readonly chain: AuditChain;
  readonly platform: Pick<Platform, 'clock' | 'digest'>;
}

/**
 * The log as lines of JSON, without their ends: the accounts in the order of tenants and ids, the events of each from its
 * oldest on, and a signed head as the last. Nothing is judged here: what a store has, the file has (LOG-05).
 *
 * @throws TidelockError `store/…`
 */
export async function* exportLog(
  scope: LogScope,
  { store, chain, platform }: ExportRooms,
): AsyncGenerator<string> {
  const { storeId, sealedAuditKeys } = await readSealedAuditKey(store);
  let digest = '';
  let accounts = 0;
  let events = 0;
  const lineOf = (line: FileLine): string => {
    const text = JSON.stringify(line);
    digest = runningDigest(digest, text, platform);
    return text;
  };
  const start: FileStart = {
    type: 'tidelock-audit',
    format: 1,
    storeId,
    auditKeys: sealedAuditKeys,
    tenant: scope.tenant ?? null,
    account: scope.account ?? null,
  };
  yield lineOf(start);
  for await (const page of readAccounts(store, scope)) {
    for (const stored of page) {
      accounts += 1;
      yield lineOf(accountLine(stored));
      for await (const event of readChain(store, stored.id, chainPlaceOf(stored).count ?? Infinity)) {
        events += 1;
        yield lineOf(eventLine(event));
      }
    }
  }
  const signed = { accounts, events, at: platform.clock.now(), digest };
  const head: FileHead = { type: 'head', ...signed, mac: chain.sign('audit-head', ...headTexts(signed)) };
  yield JSON.stringify(head);
}

/** What the record of an account says of its chain. */
export function accountLine(stored: StoredAccount): AccountLine {
  const { tenant, account } = stored.id;
  const { count, link, checkpoint } = chainPlaceOf(stored);
  return { type: 'account', tenant, account, events: count, link, checkpoint };
}

/** An event as a file has it. */
export function eventLine(event: StoredEvent): EventLine {
  const { tenant, account, sequence, bodyHash, link, salt } = event;
  const place = { type: 'event', tenant, account, sequence, bodyHash, link } as const;
  if (event.kind === 'erased') return { ...place, salt: null, body: null };
  return { ...place, salt, body: bodyOf(event) };
}
