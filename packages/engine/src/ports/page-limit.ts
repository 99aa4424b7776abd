/** The most items that one call of a store gives: events, accounts or messages. */
export const pageLimitMax = 1_000;

/** Checks the limit of a page. @throws RangeError when it is no whole number from 1 to {@link pageLimitMax}. */
export function assertPageLimit(limit: number): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > pageLimitMax) {
    throw new RangeError(`A page has 1 to ${pageLimitMax} items.`);
  }
}
