import type { Tidelock } from '@tidelock/engine';
import type { Connection } from '../api/transport.ts';
import type { EnrollingSession, FullSession } from '../gates/gate-session.ts';
import type { LoginGate } from '../gates/login-gate.ts';
import type { SessionCookie } from '../gates/session-cookie.ts';
import { csrfTokenOf } from '../gates/session-token.ts';
import type { AttemptGuard } from './attempt-guard.ts';
import type { PageFrame } from './components/page.tsx';
import type { PagePaths } from './page-paths.ts';

/** What the pages need to know of an application's users, by the application's own ids. */
export interface PageUsers {
  /** The name that the person signs in with; authenticator apps show it beside the application's. */
  nameOf(account: string): Promise<string>;
  /** The application's names of its user's roles, where a second factor may be required for one of them. */
  rolesOf?(account: string): Promise<readonly string[]>;
  /** What the application remembers of its user, for `LoginGate.enter`: it keeps a lost store from letting anybody pass. */
  rememberEnrolled(account: string, isEnrolled: boolean): Promise<void>;
}

/** What every route works with. */
export interface PageRooms extends AttemptGuard {
  readonly tidelock: Tidelock;
  readonly gate: LoginGate;
  readonly users: PageUsers;
  readonly paths: PagePaths;
  readonly trustProxy: boolean;
  readonly offersCommand: boolean;
  readonly frame: Omit<PageFrame, 'signedIn'>;
  cookieOf(request: Request): SessionCookie;
}

/** One request. */
export interface PageCall {
  readonly request: Request;
  readonly connection: Connection | undefined;
  readonly rooms: PageRooms;
}

/** One request of somebody who is signed in. */
export interface SignedInCall extends PageCall {
  readonly session: FullSession | EnrollingSession;
  readonly name: string;
  /** Of the session as it is now; it changes with the session's id. */
  readonly frame: PageFrame;
  readonly csrf: string;
  /** `Set-Cookie`, where the session's id was changed by this request. */
  readonly cookie: string | undefined;
}

/** The call with its session; another id means another CSRF token, and a cookie. */
export function signedInCall(
  call: PageCall,
  who: { readonly session: SignedInCall['session']; readonly name: string; readonly isNewId: boolean },
): SignedInCall {
  const { request, connection, rooms } = call;
  const { session, name, isNewId } = who;
  const csrf = csrfTokenOf(session.token);
  return {
    request,
    connection,
    rooms,
    session,
    name,
    csrf,
    frame: { ...rooms.frame, signedIn: { name, signOutPath: rooms.paths.signOut, csrf } },
    cookie: isNewId ? rooms.cookieOf(request).set(session.token) : undefined,
  };
}

/** The roles of a user as `LoginGate` takes them; nothing where the application has none. */
export async function rolesOption(
  { users }: Pick<PageRooms, 'users'>,
  account: string,
): Promise<{ readonly roles?: readonly string[] }> {
  return users.rolesOf === undefined ? {} : { roles: await users.rolesOf(account) };
}
