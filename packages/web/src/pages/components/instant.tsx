import type { JSX } from 'hono/jsx/jsx-runtime';
import { formatInstant } from '../words/time-words.ts';

/** A moment, in UTC; where the script runs, in the reader's own time zone. Seconds since the epoch. */
export function Instant({ at }: { readonly at: number }): JSX.Element {
  return <time datetime={new Date(at * 1000).toISOString()}>{formatInstant(at)}</time>;
}
