import { sealingKeyId, type SealedFor } from '../vault.ts';
import type { Account } from './account.ts';
import { holderOf } from './mailed-code.ts';

/** What is sealed inside an account's record; the rest is the store's own, or waits in the outbox. */
export type RecordPurpose = Exclude<SealedFor['purpose'], 'audit-key' | 'message'>;

/** A sealed text of a record, with what it is bound to besides the account. */
export interface SealedMember {
  readonly purpose: RecordPurpose;
  readonly holder: string;
  readonly sealed: string;
}

/** Gives the text that shall stand in its place: the same one where nothing is to change. */
type Visit = (member: SealedMember) => string;

/**
 * Where the sealed texts of a record are: the only place that knows all of them. SECURITY: C17, what is missing here is not
 * re-sealed, and would be lost with its key. The compiler asks for an entry for each purpose, `sealed-members.test.ts`
 * looks for texts that nobody visits, and so does every rotation.
 */
const visitors: { readonly [Purpose in RecordPurpose]: (account: Account, visit: Visit) => Account } = {
  secret: (account, visit) => {
    const factors = mapKept(account.factors, (factor) => {
      const { id: holder, sealedSecret: sealed } = factor;
      const sealedSecret = visit({ purpose: 'secret', holder, sealed });
      return sealedSecret === sealed ? factor : { ...factor, sealedSecret };
    });
    return factors === account.factors ? account : { ...account, factors };
  },
  'backup-codes': (account, visit) => {
    const set = account.backupCodes;
    if (set === null) return account;
    const sealedHashes = visit({ purpose: 'backup-codes', holder: set.id, sealed: set.sealedHashes });
    return sealedHashes === set.sealedHashes
      ? account
      : { ...account, backupCodes: { ...set, sealedHashes } };
  },
  contacts: (account, visit) => {
    const { contacts } = account;
    if (contacts === null) return account;
    const sealed = visit({ purpose: 'contacts', holder: contacts.id, sealed: contacts.sealed });
    return sealed === contacts.sealed ? account : { ...account, contacts: { ...contacts, sealed } };
  },
  'mailed-code': (account, visit) => {
    const mailedCodes = mapKept(account.mailedCodes, (code) => {
      const sealedHash = visit({ purpose: 'mailed-code', holder: holderOf(code), sealed: code.sealedHash });
      return sealedHash === code.sealedHash ? code : { ...code, sealedHash };
    });
    return mailedCodes === account.mailedCodes ? account : { ...account, mailedCodes };
  },
};

/** The account with each of its sealed texts as `visit` gives it; the same object where all stay as they are. */
export function mapSealed(account: Account, visit: Visit): Account {
  return Object.values(visitors).reduce((visited, visitor) => visitor(visited, visit), account);
}

/** Free text of people, which may look like anything. */
const freeText: ReadonlySet<string> = new Set(['label', 'actor', 'reason']);

/** The ids of the keys of sealed texts that `known` has not; 8 levels deep, which no record reaches. */
export function unknownSealed(value: unknown, known: ReadonlySet<string>, depth = 8): readonly string[] {
  if (typeof value === 'string') {
    const keyId = known.has(value) ? null : sealingKeyId(value);
    return keyId === null ? [] : [keyId];
  }
  if (typeof value !== 'object' || value === null || depth === 0) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    freeText.has(name) ? [] : unknownSealed(inner, known, depth - 1),
  );
}

function mapKept<Item>(items: readonly Item[], change: (item: Item) => Item): readonly Item[] {
  const changed = items.map(change);
  return changed.every((item, place) => item === items[place]) ? items : changed;
}
