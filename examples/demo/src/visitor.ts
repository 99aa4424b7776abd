import type { Tidelock } from '@tidelock/engine';
import { csrfTokenOf, newSessionToken, readForm, type Form, type LoginGate, type Pages } from '@tidelock/web';
import type { User, UserTable } from './user-table.ts';

/** What the routes work with. */
export interface DemoRooms {
  readonly tidelock: Tidelock;
  readonly gate: LoginGate;
  readonly pages: Pages;
  readonly users: UserTable;
  readonly trustProxy: boolean;
}

/** Whoever sent a request. */
export interface Visitor {
  readonly state: 'stranger' | 'pending' | 'enrolling' | 'full';
  /** Null unless `full`: a route that needs a user refuses everybody else. */
  readonly user: User | null;
  /** The session id; a stranger's is known to nobody but their browser, and only makes the CSRF token. */
  readonly token: string;
  readonly csrf: string;
  /** `Set-Cookie` for a stranger who has no id yet. */
  readonly cookie: string | undefined;
}

export async function readVisitor(request: Request, { gate, pages, users }: DemoRooms): Promise<Visitor> {
  const cookie = pages.cookieOf(request);
  const known = cookie.read(request);
  const full = await gate.findFull(known);
  const user = full === null ? null : users.findById(full.account);
  if (full !== null && user !== null) return { state: 'full', user, ...carried(full.token) };
  const pending = await gate.findPending(known);
  if (pending !== null) return { state: 'pending', user: null, ...carried(pending.token) };
  const enrolling = await gate.findEnrolling(known);
  if (enrolling !== null) return { state: 'enrolling', user: null, ...carried(enrolling.token) };
  const token = known ?? newSessionToken();
  return { state: 'stranger', user: null, ...carried(token, known === null ? cookie.set(token) : undefined) };
}

/** The form that a visitor's own page sent. @throws PageRefusal */
export function readVisitorForm(
  request: Request,
  visitor: Visitor,
  { trustProxy }: DemoRooms,
): Promise<Form> {
  return readForm(request, { trustProxy, sessionToken: visitor.token });
}

function carried(token: string, cookie?: string): Pick<Visitor, 'token' | 'csrf' | 'cookie'> {
  return { token, csrf: csrfTokenOf(token), cookie };
}
