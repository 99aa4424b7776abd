import type { AccountStore } from '../ports/account-store.ts';

/** A store that does as another does, but for the calls that are given: how a test makes one fail. */
export function overrideStore(inner: AccountStore, overrides: Partial<AccountStore>): AccountStore {
  return {
    load: (ids) => inner.load(ids),
    commit: (changes) => inner.commit(changes),
    partitionOf: (id) => inner.partitionOf(id),
    readEvents: (query) => inner.readEvents(query),
    listAccounts: (query) => inner.listAccounts(query),
    listTenants: (query) => inner.listTenants(query),
    listMessages: (query) => inner.listMessages(query),
    claimMessages: (limit, leaseSeconds, now) => inner.claimMessages(limit, leaseSeconds, now),
    settleMessages: (results) => inner.settleMessages(results),
    close: () => inner.close(),
    ...overrides,
  };
}
