/**
 * Compares two strings by their code points, as databases do that compare UTF-8 byte by byte. JavaScript's own `<`
 * compares UTF-16 units and puts an emoji before U+FFFD.
 *
 * @returns less than 0, 0, or more than 0, for `Array.prototype.sort`.
 */
export function compareCodePoints(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index++) {
    if (left.charCodeAt(index) === right.charCodeAt(index)) continue;
    // Inside a pair whose first halves are equal, the second halves decide, and codePointAt gives just these.
    return left.codePointAt(index)! - right.codePointAt(index)!;
  }
  return left.length - right.length;
}
