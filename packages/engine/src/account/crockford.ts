/** Crockford's base32: no I, L, O and U, so that handwriting is read back rightly. */
export const crockfordCharacters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** How a typed text is meant: case does not matter, O is read as 0, I and L as 1. */
export function readCrockford(typed: string): string {
  return typed.toUpperCase().replaceAll('O', '0').replaceAll(/[IL]/g, '1');
}
