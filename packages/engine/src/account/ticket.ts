/** An open question for a code: who holds the ticket has passed the first factor. Kept as a hash. */
export interface Ticket {
  readonly hash: string;
  readonly purpose: string;
  /** The hash of the act that is to be approved, where the application named one. */
  readonly actHash: string | null;
  readonly expiresAt: number;
}

/** What an accepted verification gives: spent once, for one purpose. Kept as a hash. */
export interface Proof extends Ticket {
  readonly method: string;
  readonly factorId: string | null;
}

/** The purpose of a verification without a ticket: its proof lifts nothing. */
export const checkPurpose = 'check';

/** The purpose that adding, removing, renaming and regenerating ask for. */
export const managePurpose = 'manage';

/** The purpose of a sign-in. */
export const loginPurpose = 'login';

/** Only what is still open, none further off than its own maximum (F3). */
export function keepOpen<Kind extends Ticket>(
  tickets: readonly Kind[],
  lifeSeconds: number,
  now: number,
): readonly Kind[] {
  const latest = Math.ceil(now) + lifeSeconds;
  if (tickets.every((ticket) => ticket.expiresAt > now && ticket.expiresAt <= latest)) return tickets;
  return tickets
    .filter((ticket) => ticket.expiresAt > now)
    .map((ticket) => (ticket.expiresAt > latest ? { ...ticket, expiresAt: latest } : ticket));
}

/** One more, the oldest giving way to it. */
export function pushBounded<Item>(items: readonly Item[], item: Item, most: number): readonly Item[] {
  return [...items, item].slice(-most);
}
