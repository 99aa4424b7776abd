import { eachAccountPage } from '../key-census.ts';
import { readChain } from '../audit/read-chain.ts';
import type { AccountId } from '../account/account-id.ts';
import type { AuditEvent } from '../account/audit-event.ts';
import { identityId } from '../store-identity.ts';
import type { AccountStore } from '../ports/account-store.ts';
import { memoryStore } from './memory-store.ts';

/** A store in memory with what this one holds now: the backup that a test brings back later. */
export async function backUp(store: AccountStore): Promise<AccountStore> {
  const copy = memoryStore();
  const ids: AccountId[] = [identityId, { ...identityId, account: 'directory' }];
  for await (const page of eachAccountPage(store)) ids.push(...page);
  const { items } = await store.listMessages({ limit: 1_000 });
  for (const stored of await store.load(ids)) {
    if (stored === null) continue;
    const { id, record } = stored;
    const events: AuditEvent[] = [];
    for await (const { position: _position, ...event } of readChain(store, id, Infinity)) events.push(event);
    const messages = items.filter(
      ({ accountId }) => accountId.account === id.account && accountId.tenant === id.tenant,
    );
    await copy.commit([{ id, expectedVersion: 0, record, events, messages }]);
  }
  return copy;
}
