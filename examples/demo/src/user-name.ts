const lengthMax = 40;

/**
 * A name as it is shown, and the key that it is found by; null where it is no name. SECURITY: C9, every spelling of a name (capitals,
 * composed or decomposed letters) has the same key: there is one user behind it, and one second factor.
 */
export function readUserName(typed: string): { readonly name: string; readonly key: string } | null {
  const name = typed.trim().normalize('NFC');
  if ([...name].length > lengthMax || !/^[\p{L}\p{M}\p{N}._@+-]+$/u.test(name)) return null;
  // Upper case first: it folds letters that have several lower-case forms, such as ς and σ.
  const key = name.toUpperCase().toLowerCase().normalize('NFC');
  return { name, key };
}

/** What a name may be, for whoever typed another. */
export const userNameRule: string = `A name has 1 to ${lengthMax} letters and digits, and no spaces.`;
