import type { Ticket } from '../account/ticket.ts';
import type { Attempt } from './attempt.ts';

/** An attempt to verify, once its ticket was found. */
export interface VerifyRequest {
  readonly attempt: Attempt;
  /** Undefined for a mere check. */
  readonly ticket: Ticket | undefined;
  readonly factorId: string | undefined;
  /** Whether the browser that it comes from is to be trusted. */
  readonly trustsBrowser: boolean;
}
