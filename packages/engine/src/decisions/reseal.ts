import type { Account } from '../account/account.ts';
import { mapSealed, unknownSealed, type RecordPurpose } from '../account/sealed-members.ts';
import { decided, type Decided, type DecisionContext } from './decision.ts';

/** What is sealed, in one word: a purpose of the record, or a sealed text that no visitor knows. */
export type SealedKind = RecordPurpose | 'unknown';

/** One sealed text as it stands after the decision. */
export interface SealedText {
  readonly keyId: string;
  readonly kind: SealedKind;
}

/** A sealed text that does not open. */
export interface UnreadableText {
  readonly keyId: string;
  readonly kind: RecordPurpose;
  readonly code: 'vault/key-missing' | 'vault/open-failed';
}

export interface Resealed {
  /** How many texts were sealed anew. */
  readonly resealed: number;
  readonly texts: readonly SealedText[];
  /** They stay as they are: nothing that does not open is ever dropped. */
  readonly unreadable: readonly UnreadableText[];
}

/**
 * Seals anew, by the key that seals now, what another key has sealed. The record is the same one where there is nothing to
 * do, so that nothing is written. SECURITY: C18, each text is opened at its own place before: what was swapped stays refused.
 */
export function reseal(
  account: Account,
  { mayWrite }: { readonly mayWrite: boolean },
  { vault, id }: Pick<DecisionContext, 'vault' | 'id'>,
): Decided<Resealed> {
  let resealed = 0;
  const texts: SealedText[] = [];
  const unreadable: UnreadableText[] = [];
  const known = new Set<string>();
  const record = mapSealed(account, ({ purpose: kind, holder, sealed }) => {
    known.add(sealed);
    const place = { id, holder, purpose: kind };
    const result = mayWrite ? vault.reseal(sealed, place) : vault.open(sealed, place);
    const after = result.outcome === 'resealed' ? result.sealed : sealed;
    if (after !== sealed) resealed += 1;
    const keyId = after.split('.')[1] ?? '';
    texts.push({ keyId, kind });
    if (result.outcome === 'key-missing' || result.outcome === 'open-failed')
      unreadable.push({ keyId, kind, code: `vault/${result.outcome}` });
    return after;
  });
  for (const keyId of unknownSealed(account, known)) texts.push({ keyId, kind: 'unknown' });
  return decided(record, { resealed, texts, unreadable });
}
