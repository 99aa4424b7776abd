import { expect, test } from 'vitest';
import { compareCodePoints } from './code-point-order.ts';

test('strings stand in the order of their bytes in UTF-8, an emoji behind U+FFFD', () => {
  const words = ['', 'a', 'aa', 'ab', 'b', 'ba', '\u00e9', '\ufffd', '\ufffda', '😀', '😀a', '😁', 'z'];
  const bytewise = words.toSorted((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
  expect(words.toReversed().toSorted(compareCodePoints)).toEqual(bytewise);
  for (const left of words)
    for (const right of words)
      expect(Math.sign(compareCodePoints(left, right)), `${left} ${right}`).toBe(
        Buffer.compare(Buffer.from(left), Buffer.from(right)),
      );
});
