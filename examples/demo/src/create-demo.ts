import type { DatabaseSync } from 'node:sqlite';
import type { RateLimiter, Tidelock } from '@tidelock/engine';
import { createApi, createLoginGate, createPages, PageRefusal, type Connection } from '@tidelock/web';
import { Hono } from 'hono';
import { TooBusy } from './passwords.ts';
import { showHome } from './routes/home.tsx';
import { login, showLogin } from './routes/login.tsx';
import { logout } from './routes/logout.ts';
import { changePassword, showPassword } from './routes/password.tsx';
import { register, showRegister } from './routes/register.tsx';
import { createSessionTable } from './session-table.ts';
import { createUserTable, type UserTable } from './user-table.ts';
import type { DemoRooms } from './visitor.ts';

export interface DemoOptions {
  readonly tidelock: Tidelock;
  readonly database: DatabaseSync;
  /** The name of the application. */
  readonly brand: string;
  /** Counts the attempts of strangers; nobody does where it is left out. */
  readonly limiter?: RateLimiter;
  readonly trustProxy?: boolean;
  readonly onFault?: (error: unknown) => void;
}

/** The application as a fetch handler, with what a test or a log needs of it. */
export interface Demo {
  fetch(request: Request, connection?: Connection): Promise<Response>;
  readonly users: UserTable;
  /** Every address and method of the application's own and of the pages, from the routers. */
  readonly routes: readonly { readonly method: string; readonly path: string }[];
}

type Environment = { Bindings: { readonly connection: Connection | undefined } };

/**
 * A small application with names and passwords. What Tidelock adds to it is in three places: the gate that `login` asks, the pages
 * that are mounted here, and the column `is_enrolled`, by which the application remembers who has a second factor.
 */
export function createDemo(options: DemoOptions): Demo {
  const { tidelock, database, brand, trustProxy = false, onFault = () => undefined } = options;
  const users = createUserTable(database);
  const sessions = createSessionTable(database, () => tidelock.clock.now());
  const gate = createLoginGate({ tidelock, sessions });
  const pages = createPages({
    tidelock,
    gate,
    brand,
    trustProxy,
    ...(options.limiter === undefined ? {} : { limiter: options.limiter }),
    onFault,
    offersCommand: true,
    users: {
      nameOf: async (id) => users.findById(id)?.name ?? id,
      rememberEnrolled: async (id, isEnrolled) => users.rememberEnrolled(id, isEnrolled),
    },
  });
  const api = createApi({ tidelock, trustProxy });
  const rooms: DemoRooms = { tidelock, gate, pages, users, trustProxy };

  const app = new Hono<Environment>();
  app.get('/', ({ req }) => showHome(req.raw, rooms));
  app.get('/register', ({ req }) => showRegister(req.raw, rooms));
  app.post('/register', ({ req, env }) => register(req.raw, rooms, env.connection));
  app.get('/login', ({ req }) => showLogin(req.raw, rooms));
  app.post('/login', ({ req, env }) => login(req.raw, rooms, env.connection));
  app.get('/password', ({ req }) => showPassword(req.raw, rooms));
  app.post('/password', ({ req, env }) => changePassword(req.raw, rooms, env.connection));
  app.post('/logout', ({ req }) => logout(req.raw, rooms));
  // The second factor's own pages, and the same engine for programs.
  app.all('/two-factor', ({ req, env }) => pages.fetch(req.raw, env.connection));
  app.all('/two-factor/*', ({ req, env }) => pages.fetch(req.raw, env.connection));
  for (const path of ['/v1/*', '/openapi.json', '/livez', '/readyz', '/metrics'])
    app.all(path, ({ req, env }) => api.fetch(req.raw, env.connection));
  app.notFound(() => pages.faultResponse(notFound()));
  app.onError((error) => pages.faultResponse(error instanceof TooBusy ? tooBusy() : error));
  return {
    fetch: async (request, connection) => app.fetch(request, { connection }),
    users,
    routes: [...app.routes.map(({ method, path }) => ({ method, path })), ...pages.routes],
  };
}

function notFound(): PageRefusal {
  return new PageRefusal(404, { title: 'There is no such page', detail: 'The address may be misspelt.' });
}

function tooBusy(): PageRefusal {
  return new PageRefusal(503, {
    title: 'A little patience, please',
    detail: 'Many people sign in at this moment. Wait a few seconds, then try again.',
  });
}
