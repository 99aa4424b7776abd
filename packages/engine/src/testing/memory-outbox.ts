import { keyOf, type AccountId } from '../account/account-id.ts';
import type { MessageResult, OutgoingMessage } from '../ports/account-store.ts';

/** A message with the moment from which it may be claimed: when it is due, or when its lease is over. */
interface WaitingMessage {
  message: OutgoingMessage;
  claimableAt: number;
}

/** The outbox of {@link memoryStore}: messages by id, in the order in which they came. */
export class MemoryOutbox {
  readonly #waiting = new Map<string, WaitingMessage>();

  has(id: string): boolean {
    return this.#waiting.has(id);
  }

  add(message: OutgoingMessage): void {
    this.#waiting.set(message.id, { message: copyMessage(message), claimableAt: message.dueAt });
  }

  /** Drops all that waits for one account. */
  deleteOf(account: AccountId): void {
    for (const [id, { message }] of this.#waiting)
      if (keyOf(message.accountId) === keyOf(account)) this.#waiting.delete(id);
  }

  /** Leases what is due, the earliest first, and drops what has expired; all times in seconds since the epoch. */
  claim(limit: number, leaseSeconds: number, now: number): OutgoingMessage[] {
    for (const [id, { message }] of this.#waiting) if (message.expiresAt <= now) this.#waiting.delete(id);
    const due = [...this.#waiting.values()]
      .filter((waiting) => waiting.claimableAt <= now)
      .sort((left, right) => left.claimableAt - right.claimableAt)
      .slice(0, limit);
    for (const waiting of due) waiting.claimableAt = now + leaseSeconds;
    return due.map((waiting) => copyMessage(waiting.message));
  }

  /** Every message, whether it is leased or not. */
  all(): OutgoingMessage[] {
    return [...this.#waiting.values()].map(({ message }) => copyMessage(message));
  }

  /** A result for a message that is no longer here changes nothing. */
  settle(result: MessageResult): void {
    const waiting = this.#waiting.get(result.id);
    if (waiting === undefined) return;
    if (result.outcome === 'settled') {
      this.#waiting.delete(result.id);
      return;
    }
    const dueAt = result.dueAt ?? waiting.message.dueAt;
    waiting.message = { ...waiting.message, dueAt };
    waiting.claimableAt = dueAt;
  }
}

function copyMessage(message: OutgoingMessage): OutgoingMessage {
  return { ...message, accountId: { ...message.accountId } };
}
