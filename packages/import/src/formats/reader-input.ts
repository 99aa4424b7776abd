import type { EntryCollector } from '../entry-collector.ts';

/** What every reader of a format gets. Each adds to the collector, and throws an `ImportError` for a file that is wholly unreadable. */
export interface ReaderInput {
  /** Empty where the bytes are no UTF-8. */
  readonly text: string;
  readonly bytes: Uint8Array;
  /** What the text is as JSON, or undefined. */
  readonly json: unknown;
  readonly password: string | undefined;
  readonly key: Uint8Array | undefined;
  readonly collector: EntryCollector;
}
