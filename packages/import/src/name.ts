import { limits } from './limits.ts';

/**
 * A name as a URI can carry it: NFC, without blanks around it, control characters and halves of surrogate pairs replaced, and
 * not too long. A name is no reason to lose a secret, so this never refuses.
 */
export function cleanName(text: string): { readonly name: string; readonly isCleaned: boolean } {
  const normal = text.normalize('NFC').trim();
  const printable = normal
    .replace(/\p{Cc}+/gu, ' ')
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .trim();
  const letters = Array.from(printable.slice(0, 2 * limits.nameCharactersMax));
  const name = letters
    .slice(0, limits.nameCharactersMax)
    .join('')
    .replace(/\p{Surrogate}$/u, '')
    .trim();
  return { name, isCleaned: name !== normal };
}

/** A label of the form `issuer:account`, where the file has no issuer of its own or repeats it before the account. */
export function splitLabel(
  label: string,
  issuer: string,
): { readonly issuer: string; readonly accountName: string } {
  if (issuer !== '' && label.startsWith(`${issuer}:`)) {
    return { issuer, accountName: label.slice(issuer.length + 1) };
  }
  const colon = label.indexOf(':');
  if (issuer !== '' || colon < 0) return { issuer, accountName: label };
  return { issuer: label.slice(0, colon), accountName: label.slice(colon + 1) };
}
