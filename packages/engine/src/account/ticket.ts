import type { FactorKind } from './factor.ts';

/** An open question for a code: who holds the ticket has passed the first factor. Kept as a hash. */
export interface Ticket {
  readonly hash: string;
  readonly purpose: string;
  /** The hash of the act that is to be approved, where the application named one. */
  readonly actHash: string | null;
  readonly expiresAt: number;
  /** The kinds of factor whose codes answer it; any kind where it is left out. */
  readonly kinds?: readonly FactorKind[];
  /** Wrong codes that came with it; after some it is dead. */
  readonly failures: number;
}

/** What an accepted verification gives: spent once, for one purpose. Kept as a hash. */
export interface Proof extends Omit<Ticket, 'failures' | 'kinds'> {
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
export function keepOpen<Kind extends Pick<Ticket, 'expiresAt'>>(
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

/** The tickets after a wrong code came with one of them: it dies of its last failure. */
export function countOnTicket(tickets: readonly Ticket[], ticket: Ticket, most: number): readonly Ticket[] {
  const failures = ticket.failures + 1;
  if (failures >= most) return tickets.filter((open) => open !== ticket);
  return tickets.map((open) => (open === ticket ? { ...ticket, failures } : open));
}
