import type { Notice } from '../account/notice.ts';

/** One message for one recipient, opened. */
export interface Delivery {
  /** The idempotency key: a message that comes again has the same. It tells nothing of whom it is for. */
  readonly id: string;
  /** An address as this channel knows it. SECURITY: it stands in no log and in no result. */
  readonly to: string;
  readonly locale: string;
  /** The name of the application, as authenticator apps show it. */
  readonly issuer: string;
  readonly notice: Notice;
  /** The code that the message brings, as it is read. SECURITY: it stands in the message alone, and in no log. */
  readonly code?: string;
  /** Where its reader stops what it tells of. SECURITY: it holds a token, and stands in no log. */
  readonly link?: string;
}

/**
 * What became of it. `refused` is for good, and the message is given up; `failed` may succeed later. `reason` is a short
 * word for the log, such as `550` or `timeout`: what the other side wrote may repeat the address, and is not handed on.
 */
export type DeliveryResult =
  | { readonly outcome: 'delivered' }
  | { readonly outcome: 'refused'; readonly reason: string }
  | { readonly outcome: 'failed'; readonly reason: string };

/** A way to people: mail, or whatever else. */
export interface Channel {
  /** Messages wait for it under this name. */
  readonly name: string;
  /** Hands a message on. It has its own time limits; what it throws counts as `failed`. */
  deliver(delivery: Delivery): Promise<DeliveryResult>;
  /** Lets go of its connections. */
  close(): Promise<void>;
}
