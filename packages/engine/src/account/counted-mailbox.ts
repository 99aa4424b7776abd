/**
 * One bucket for all spellings that may reach one mailbox (E2): without capitals, dots, and what stands behind a plus sign.
 * Where a server does tell some of them apart, two people share a budget, which is all that it costs: mail goes to the address as
 * it is written.
 */
export function countedMailbox(email: string): string {
  const lower = email.toLowerCase();
  const at = lower.lastIndexOf('@');
  const local = lower.slice(0, at).replace(/\+.*$/, '').replaceAll('.', '');
  const domain = lower.slice(at + 1);
  // The one server of two names that everybody knows.
  return `${local}@${domain === 'googlemail.com' ? 'gmail.com' : domain}`;
}
