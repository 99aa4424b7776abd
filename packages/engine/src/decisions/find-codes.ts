/** Where codes are looked for. */
export interface CodeRange {
  /** The code of a place, 0 to `count` − 1. */
  readonly codeAt: (place: number) => string;
  readonly count: number;
  /** Places below it are spent: they are computed like all others, and never match. */
  readonly firstFree: number;
}

/** Where the first of the codes stands, and how often they were found: 0 times, once, or in several places. */
export interface FoundCodes {
  readonly place: number;
  readonly times: number;
}

/**
 * Looks for one to three codes that follow each other. Two of six digits are found by chance once in 10^12 places.
 *
 * SECURITY: rule 10, OTP-16, all places are computed and compared, and the result is picked with masks: neither the time
 * nor a branch depends on whether or where the codes match.
 */
export function findCodes(codes: readonly string[], { codeAt, count, firstFree }: CodeRange): FoundCodes {
  const wanted = codes.map(Number);
  const length = wanted.length;
  // One mask for each code: whether it and all before it stand at the places that end here. −1 is yes.
  const run: number[] = wanted.map(() => 0);
  let place = -1;
  let times = 0;
  for (let here = 0; here < count; here += 1) {
    const value = Number(codeAt(here));
    for (let index = length - 1; index >= 0; index -= 1) {
      const before = index === 0 ? (firstFree - here - 1) >> 31 : run[index - 1]!;
      run[index] = (((value ^ wanted[index]!) - 1) >> 31) & before;
    }
    const whole = run[length - 1]!;
    place = ((here - length + 1) & whole) | (place & ~whole);
    times -= whole;
  }
  return { place, times };
}
