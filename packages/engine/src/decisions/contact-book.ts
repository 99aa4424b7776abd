import type { ContactBook, Contacts } from '../account/contacts.ts';
import type { DecisionContext } from './decision.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The addresses as the record keeps them. SECURITY: rule 8, bound to this account; copied to another, they do not open. */
export function sealContacts(
  book: ContactBook,
  { id, changesFreeAt }: Pick<Contacts, 'id' | 'changesFreeAt'>,
  context: DecisionContext,
): Contacts {
  const plaintext = encoder.encode(JSON.stringify(book));
  const sealed = context.vault.seal(plaintext, { id: context.id, holder: id, purpose: 'contacts' });
  return { id, sealed, changesFreeAt };
}

/** What became of opening them. */
export type OpenedContacts =
  | { readonly outcome: 'opened'; readonly book: ContactBook }
  | { readonly outcome: 'unreadable'; readonly code: 'vault/key-missing' | 'vault/open-failed' };

/** The addresses of a record; what does not open is for the log, and keeps nobody from what they decided. */
export function openContacts({ id, sealed }: Contacts, context: DecisionContext): OpenedContacts {
  const opened = context.vault.open(sealed, { id: context.id, holder: id, purpose: 'contacts' });
  if (opened.outcome !== 'opened') return { outcome: 'unreadable', code: `vault/${opened.outcome}` };
  // It was sealed by `sealContacts`, and by nobody else: the vault vouches for its form.
  return { outcome: 'opened', book: JSON.parse(decoder.decode(opened.plaintext)) as ContactBook };
}
