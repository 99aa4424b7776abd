import type { Factor } from '../account/factor.ts';
import type { Unreadable } from './attempt.ts';
import type { DecisionContext } from './decision.ts';

/** The secret of a factor. SECURITY: rule 3, what cannot be decrypted refuses (C17, C18). */
export function openSecret(
  { id: holder, sealedSecret }: Factor,
  { vault, id }: DecisionContext,
): { readonly outcome: 'opened'; readonly plaintext: Uint8Array } | Unreadable {
  const opened = vault.open(sealedSecret, { id, holder, purpose: 'secret' });
  return opened.outcome === 'opened' ? opened : { outcome: 'unreadable', code: `vault/${opened.outcome}` };
}
