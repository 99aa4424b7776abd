import type { CodeKey } from './code-key.ts';
import { codeOf, formatCode, lastDigits } from './truncate.ts';

/** The code of a counter, a string of exactly `digits` digits (RFC 4226 §5.3), the quickest way that there is. */
export function generateCode(key: CodeKey, high: number, low: number): string {
  const whole = key.hash.whole?.ask();
  if (!whole) return codeOf(key, high, low);
  return formatCode(lastDigits(whole.truncate(key.states, high, low), key.digits), key.digits);
}
