import type { RateLimiter, Tidelock } from '@tidelock/engine';
import { Hono } from 'hono';
import type { Connection } from '../api/transport.ts';
import type { EnrollingSession, FullSession, PendingSession } from '../gates/gate-session.ts';
import type { LoginGate } from '../gates/login-gate.ts';
import { sessionCookie, type SessionCookie } from '../gates/session-cookie.ts';
import { csrfTokenOf } from '../gates/session-token.ts';
import { createPageAssets } from './assets/page-assets.ts';
import {
  createAttemptGuard,
  defaultAttemptBudgets,
  type AttemptBudgets,
  type AttemptGuard,
} from './attempt-guard.ts';
import type { PageFrame } from './components/page.tsx';
import { explainFault } from './explain-fault.ts';
import { createPagePaths, type HostPaths, type PagePaths } from './page-paths.ts';
import {
  rolesOption,
  signedInCall,
  type PageCall,
  type PageRooms,
  type PageUsers,
  type SignedInCall,
} from './page-rooms.ts';
import { pageResponse, seeOther } from './page-response.ts';
import { activateFactor } from './routes/activate.ts';
import { answerChallenge, showChallenge } from './routes/challenge.ts';
import { serveChange } from './routes/change.ts';
import { backupCodesChange, renameChange, revokeChange } from './routes/changes.ts';
import { enrollChange } from './routes/enroll.ts';
import { showNotMe, stopRecovery } from './routes/not-me.ts';
import { beginRecovery, confirmRecovery, showRecovery } from './routes/recovery.ts';
import { showSecurity } from './routes/security.ts';
import { isHttps } from './same-origin.ts';
import { FaultPage } from './views/fault-page.tsx';

export interface PagesOptions {
  readonly tidelock: Tidelock;
  readonly gate: LoginGate;
  readonly users: PageUsers;
  /** The application's own name, in titles and beside the codes. */
  readonly brand: string;
  /** Where the pages are mounted; `/two-factor` where left out. */
  readonly basePath?: string;
  /** The application's own pages; `/`, `/login`, `/logout` and `/password` where left out. */
  readonly hostPaths?: Partial<HostPaths>;
  /**
   * Counts the attempts of strangers by their addresses, and refuses where it is down; without it nobody counts them. Give every
   * request its connection: those of which nobody knows whence they come share one budget.
   */
  readonly limiter?: RateLimiter;
  /** What differs from the budgets of one address. */
  readonly attempts?: Partial<AttemptBudgets>;
  /** Whether `X-Forwarded-Proto` and the last of `X-Forwarded-For` are the word of a proxy of your own. */
  readonly trustProxy?: boolean;
  /** Whether the enrollment page offers `npx tidelock code`, for trying things out without a phone. */
  readonly offersCommand?: boolean;
  /** Hears of what went wrong on our side; the person sees a page that says nothing of the inside. */
  readonly onFault?: (error: unknown) => void;
}

/** The second-factor pages of an application; `admit` counts the attempts of its own pages, such as that for the password. */
export interface Pages extends AttemptGuard {
  /** Answers every request beneath the base path; it never rejects. */
  fetch(request: Request, connection?: Connection): Promise<Response>;
  readonly paths: PagePaths;
  /** Every address and method of the pages, from the router. */
  readonly routes: readonly { readonly method: string; readonly path: string }[];
  /** Where a sign-in leads: to the challenge, to the setup that is required, or home. */
  pathAfter(session: FullSession | PendingSession | EnrollingSession): string;
  /** The session cookie in the form that this request's connection takes. */
  cookieOf(request: Request): SessionCookie;
  /** The frame for the application's own pages. */
  frameFor(signedIn: { readonly name: string; readonly sessionToken: string } | null): PageFrame;
  /** A fault as a page, for the application's own routes. */
  faultResponse(error: unknown): Promise<Response>;
}

type Environment = { Bindings: { readonly connection: Connection | undefined } };
type Serve = (call: PageCall) => Promise<Response>;

/**
 * The pages on an engine and a gate: the challenge, and the page where people see and change their second factor.
 *
 * @example
 * const pages = createPages({ tidelock, gate, users, brand: 'Acme' });
 * app.all('/two-factor/*', (c) => pages.fetch(c.req.raw));
 */
export function createPages(options: PagesOptions): Pages {
  const { basePath = '/two-factor', onFault = () => undefined, trustProxy = false, brand } = options;
  const host = {
    home: '/',
    signIn: '/login',
    signOut: '/logout',
    changePassword: '/password',
    ...options.hostPaths,
  };
  const paths = createPagePaths(basePath, host);
  const assets = createPageAssets(basePath);
  const cookieOf = (request: Request): SessionCookie =>
    sessionCookie({ isHttps: isHttps(request, { trustProxy }) });
  const { tidelock, gate, users, offersCommand = false, limiter } = options;
  const budgets = { ...defaultAttemptBudgets, ...options.attempts };
  const guard = createAttemptGuard({ limiter, budgets, trustProxy, onFault });
  const frame = { brand, homePath: paths.home, assets };
  const rooms: PageRooms = {
    tidelock,
    gate,
    users,
    paths,
    trustProxy,
    offersCommand,
    frame,
    cookieOf,
    ...guard,
  };

  const faultResponse = (error: unknown): Promise<Response> => {
    const { status, title, detail, retryAfterSeconds, isOurs } = explainFault(error);
    if (isOurs) onFault(error);
    return pageResponse(FaultPage({ frame: { ...frame, signedIn: null }, title, detail }), {
      status,
      retryAfterSeconds,
    });
  };

  const app = mount(rooms);
  app.notFound(({ req }) => assets.serve(req.path) ?? seeOther(paths.security));
  app.onError((error) => faultResponse(error));
  return {
    fetch: async (request, connection) => app.fetch(request, { connection }),
    ...guard,
    paths,
    routes: app.routes.map(({ method, path }) => ({ method, path })),
    pathAfter: ({ state }) =>
      ({ pending: paths.challenge, enrolling: paths.security, full: paths.home })[state],
    cookieOf,
    faultResponse,
    frameFor: (signedIn) => ({
      ...frame,
      signedIn:
        signedIn === null
          ? null
          : { name: signedIn.name, signOutPath: paths.signOut, csrf: csrfTokenOf(signedIn.sessionToken) },
    }),
  };
}

/** SECURITY: C25, what changes anything is a POST; every other method of these addresses leads to the page with the forms. */
function mount(rooms: PageRooms): Hono<Environment> {
  const { paths } = rooms;
  const app = new Hono<Environment>();
  const route = (method: 'get' | 'post', path: string, serve: Serve): void => {
    app[method](path, ({ req, env }) => serve({ request: req.raw, connection: env.connection, rooms }));
  };
  route('get', paths.challenge, showChallenge);
  route('post', paths.challenge, answerChallenge);
  route('get', paths.recovery, showRecovery);
  route('post', paths.recoveryBegin, beginRecovery);
  route('post', paths.recoveryConfirm, confirmRecovery);
  route('get', paths.notMe, showNotMe);
  route('post', paths.notMe, stopRecovery);
  route('get', paths.security, signedIn(showSecurity, { isForEnrolling: true }));
  route('post', paths.activate, signedIn(activateFactor, { isForEnrolling: true }));
  const changes = [
    enrollChange(paths.enroll),
    renameChange(paths.rename),
    revokeChange(paths.revoke),
    backupCodesChange(paths.backupCodes),
  ];
  for (const change of changes)
    route(
      'post',
      change.path,
      signedIn((call) => serveChange(call, change), { isForEnrolling: change.path === paths.enroll }),
    );
  return app;
}

/** SECURITY: C4, C8, a pending session is no session here: it is led to the challenge, everybody else to the sign-in. */
function signedIn(
  serve: (call: SignedInCall) => Promise<Response>,
  { isForEnrolling = false }: { readonly isForEnrolling?: boolean } = {},
): Serve {
  return async (call) => {
    const { request, rooms } = call;
    const token = rooms.cookieOf(request).read(request);
    const session = await rooms.gate.findFull(token);
    if (session !== null) {
      const name = await rooms.users.nameOf(session.account);
      return serve(signedInCall(call, { session, name, isNewId: false }));
    }
    const enrolling = await rooms.gate.findEnrolling(token);
    if (enrolling !== null) {
      const roles = await rolesOption(rooms, enrolling.account);
      const owing = await rooms.gate.challengeEnrolled(enrolling, roles);
      if (owing === 'ended') return seeOther(rooms.paths.signIn);
      // SECURITY: C8, a factor is there by now: it is shown first, and nothing else is open.
      if (owing !== null)
        return seeOther(rooms.paths.challenge, { cookie: rooms.cookieOf(request).set(owing.token) });
      if (!isForEnrolling) return seeOther(rooms.paths.security);
      const name = await rooms.users.nameOf(enrolling.account);
      return serve(signedInCall(call, { session: enrolling, name, isNewId: false }));
    }
    const pending = await rooms.gate.findPending(token);
    return seeOther(pending === null ? rooms.paths.signIn : rooms.paths.challenge);
  };
}
