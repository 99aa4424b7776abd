import {
  createTidelock,
  keyRing,
  type AccountStore,
  type NoticeOptions,
  type Policy,
  type Scope,
  type Tidelock,
} from '@tidelock/engine';
import { memoryStore, readOutbox, virtualClock, type VirtualClock } from '@tidelock/engine/testing';
import { Totp } from '@tidelock/otp';
import { createApi, type Api, type ApiOptions } from '../api/create-api.ts';
import type { Connection } from '../api/transport.ts';

/** A key for tests; it seals nothing of anybody's. */
const testKeys = 'test:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=';

/** What a request may carry; a `body` that is a string is sent as it is. */
export interface Sending {
  readonly key?: string | null;
  readonly body?: unknown;
  readonly headers?: { readonly [name: string]: string };
  readonly origin?: string;
  readonly connection?: Connection;
}

/** An answer, read. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: { readonly [name: string]: unknown };
  /** The code at the end of a problem's type. */
  readonly problem: string | null;
}

/** The API on a store in memory, at a time that stands still. */
export interface ApiWorld {
  readonly api: Api;
  readonly tidelock: Tidelock;
  readonly clock: VirtualClock;
  /** What was logged, in order. */
  readonly lines: { readonly [field: string]: unknown }[];
  /** Of the tenant `acme`, with every scope; used where a test names no key. */
  readonly key: string;
  /** What was mailed since the last look, opened. */
  mails(): ReturnType<typeof readOutbox>;
  newKey(scopes: readonly Scope[], tenant?: string): Promise<string>;
  send(method: string, path: string, sending?: Sending): Promise<Reply>;
}

export interface ApiWorldOptions {
  readonly store?: AccountStore;
  readonly policy?: Partial<Policy>;
  readonly notices?: NoticeOptions;
  readonly api?: Partial<ApiOptions>;
}

export const allScopes: readonly Scope[] = ['verify', 'manage', 'read', 'admin'];

export async function openApiWorld(options: ApiWorldOptions = {}): Promise<ApiWorld> {
  const { store = memoryStore(), policy = {}, notices } = options;
  const clock = virtualClock();
  const tidelock = createTidelock({
    issuer: 'Acme',
    store,
    keys: keyRing(testKeys),
    policy,
    clock,
    ...(notices === undefined ? {} : { notices }),
  });
  const lines: ApiWorld['lines'] = [];
  const log = (fields: object, message: string): void => {
    lines.push({ ...fields, message });
  };
  const api = createApi({ tidelock, logger: { info: log, error: log }, ...options.api });
  const newKey = async (scopes: readonly Scope[], tenant = 'acme'): Promise<string> =>
    (await tidelock.directory.createApiKey({ tenant, scopes, label: 'test' })).key;
  const key = await newKey(allScopes);
  return {
    api,
    tidelock,
    clock,
    lines,
    key,
    newKey,
    mails: () => readOutbox(store, { keys: testKeys, now: clock.now() }),
    async send(method, path, sending = {}) {
      const { connection } = sending;
      return readReply(await api.fetch(requestOf(method, path, { key, ...sending }), connection));
    },
  };
}

/** A request as an application would send it. */
export function requestOf(method: string, path: string, sending: Sending): Request {
  const { key, body, headers = {}, origin = 'http://localhost:3000' } = sending;
  return new Request(origin + path, {
    method,
    headers: {
      ...(typeof key === 'string' ? { authorization: `Bearer ${key}` } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
}

export async function readReply(response: Response): Promise<Reply> {
  const text = await response.text();
  const body = (text === '' ? {} : JSON.parse(text)) as Reply['body'];
  const type = body['type'];
  const isProblem = response.headers.get('content-type') === 'application/problem+json';
  return {
    status: response.status,
    headers: response.headers,
    text,
    body,
    problem: isProblem && typeof type === 'string' ? type.slice(type.lastIndexOf('/') + 1) : null,
  };
}

/** Somebody with an authenticator app, enrolled over HTTP. */
export interface Person {
  readonly path: string;
  readonly factorId: string;
  readonly secret: string;
  readonly backupCodes: readonly string[];
  /** The code that the app shows, so many steps from now. */
  code(steps?: number): string;
  /** A code that no step near now has. */
  wrongCode(): string;
  ticket(purpose?: string): Promise<string>;
  /** A proof; the clock moves one step on, so that a code is left for the next. */
  proof(purpose?: string): Promise<string>;
}

/** Enrolls and activates; afterwards the clock stands one step later, and the activation code is spent. */
export async function enrollPerson(
  world: ApiWorld,
  account = 'alice',
  key: string = world.key,
): Promise<Person> {
  const path = `/v1/accounts/${encodeURIComponent(account)}`;
  const enrollment = await world.send('POST', `${path}/factors`, { key, body: { kind: 'totp' } });
  const secret = String(enrollment.body['secret']);
  const factorId = String((enrollment.body['factor'] as { id: unknown }).id);
  const totp = new Totp(secret);
  const code = (steps = 0): string => totp.generate({ at: world.clock.now() + steps * 30 });
  const activation = await world.send('POST', `${path}/factors/${factorId}/activate`, {
    key,
    body: { code: code() },
  });
  if (activation.status !== 200) throw new Error(`The activation was answered by ${activation.text}`);
  world.clock.advance(30);
  const ticket = async (purpose = 'login'): Promise<string> =>
    String((await world.send('POST', `${path}/challenges`, { key, body: { purpose } })).body['ticket']);
  return {
    path,
    factorId,
    secret,
    backupCodes: activation.body['backupCodes'] as string[],
    code,
    ticket,
    wrongCode() {
      const near = new Set([-2, -1, 0, 1, 2].map((steps) => code(steps)));
      return ['000000', '000001', '000002', '000003', '000004', '000005'].find((other) => !near.has(other))!;
    },
    async proof(purpose = 'manage') {
      const body = { code: code(), ticket: await ticket(purpose) };
      const verdict = await world.send('POST', `${path}/verify`, { key, body });
      if (verdict.status !== 200) throw new Error(`The code was answered by ${verdict.text}`);
      world.clock.advance(30);
      return String(verdict.body['proof']);
    },
  };
}
