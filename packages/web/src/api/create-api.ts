import type { Tidelock } from '@tidelock/engine';
import { Hono } from 'hono';
import { openApiCall } from '../openapi.ts';
import { rawPathOf } from './account-path.ts';
import { createCallRates, keyRequestsPerSecondDefault, keyRequestsPerSecondMax } from './call-rates.ts';
import { calls } from './calls.ts';
import { getMetrics, getReadiness, metrics as metricsCall, readiness } from './calls/operations.ts';
import { logRequest, type Logger, type Reporter } from './request-log.ts';
import { requestMetrics, type Meter } from './request-metrics.ts';
import { serveCall, type ServingRooms } from './serve-call.ts';
import { serveUnknown } from './serve-unknown.ts';
import type { Connection } from './transport.ts';

export interface ApiOptions {
  /** The engine; API keys of every tenant are served. */
  readonly tidelock: Tidelock;
  /** One structured line a request; none where left out. */
  readonly logger?: Logger;
  /** Where answers are counted and timed: any meter of the OpenTelemetry API. Nothing is measured where left out. */
  readonly meter?: Meter;
  /** What `GET /metrics` answers, in the text format of Prometheus; it is no call where left out. */
  readonly metrics?: () => Promise<string>;
  /** Whether `X-Forwarded-Proto` and the last of `X-Forwarded-For` are set by a proxy of your own. False where left out. */
  readonly trustProxy?: boolean;
  /** How many requests one API key may send in a second, in this process: 1 to 1,000,000, 20,000 where left out. */
  readonly keyRequestsPerSecond?: number;
  /** The version that the OpenAPI document shows. */
  readonly version?: string;
  /** Whether this process was told to end: `/readyz` then says so, and every request is served as before. */
  readonly isStopping?: () => boolean;
}

/** One route of the router. */
export interface Route {
  readonly method: string;
  /** `/v1/accounts/{account}/verify` */
  readonly path: string;
}

/** The JSON API as a fetch handler. */
export interface Api {
  /** Answers a request; it never rejects. */
  fetch(request: Request, connection?: Connection): Promise<Response>;
  /** What the router knows, for tests that walk it. */
  readonly routes: readonly Route[];
}

type Environment = { Bindings: { readonly connection: Connection | undefined } };

const knownOptions: ReadonlySet<string> = new Set([
  'tidelock',
  'logger',
  'meter',
  'metrics',
  'trustProxy',
  'keyRequestsPerSecond',
  'version',
  'isStopping',
]);
const tenantFacesMax = 1_000;

/**
 * The JSON API on an engine.
 *
 * @throws TypeError for options that are wrong.
 * @example
 * const api = createApi({ tidelock, logger: pino() });
 * const response = await api.fetch(request, { remoteAddress: '127.0.0.1' });
 */
export function createApi(options: ApiOptions): Api {
  const {
    tidelock,
    logger,
    meter,
    metrics = null,
    trustProxy = false,
    version = '0.0.0',
  } = checkOptions(options);
  const { keyRequestsPerSecond = keyRequestsPerSecondDefault, isStopping = () => false } = options;
  const rates = createCallRates({ keyRequestsPerSecond, trustProxy });
  const reporters: Reporter[] = [];
  if (logger !== undefined) reporters.push((served) => logRequest(logger, served));
  if (meter !== undefined) reporters.push(requestMetrics(meter));
  const rooms: ServingRooms = {
    tidelock,
    tenantFace: rememberTenantFaces(tidelock),
    reporters,
    rates,
    trustProxy,
  };
  const app = new Hono<Environment>({ getPath: rawPathOf });
  // One handler a route and no middleware: Hono then calls it directly, and composes nothing.
  const ofThisProcess = new Map([
    [getReadiness, readiness(isStopping)],
    [getMetrics, metricsCall(metrics)],
  ]);
  const served = calls.map((call) => ofThisProcess.get(call) ?? call);
  for (const call of [...served, openApiCall(calls, version)]) {
    const serve = serveCall(call, rooms);
    app.on(call.method.toUpperCase(), call.path.replaceAll(/\{(\w+)\}/g, ':$1'), ({ req, env }) =>
      serve({ request: req.raw, path: req.path, connection: env.connection }),
    );
  }
  const routes = app.routes.map(({ method, path }) => ({
    method,
    path: path.replaceAll(/:(\w+)/g, '{$1}'),
  }));
  const methods = [...new Set(routes.map(({ method }) => method))];
  app.notFound(({ req }) => {
    const allowed = methods.filter((method) => app.router.match(method, req.path)[0].length > 0);
    return serveUnknown(req.raw, allowed, reporters);
  });
  return {
    // No async function: it would only put one more promise around Hono's own.
    fetch: (request, connection) => Promise.resolve(app.fetch(request, { connection })),
    routes,
  };
}

function checkOptions(options: ApiOptions): ApiOptions {
  const unknown = Object.keys(options).find((name) => !knownOptions.has(name));
  if (unknown !== undefined) throw new TypeError(`createApi has no option "${unknown}".`);
  const { tidelock, logger, meter, metrics } = options;
  const { trustProxy, keyRequestsPerSecond: rate, version, isStopping } = options;
  if (typeof tidelock?.forTenant !== 'function')
    throw new TypeError('tidelock is what createTidelock gives.');
  if (logger !== undefined && (typeof logger.info !== 'function' || typeof logger.error !== 'function'))
    throw new TypeError('A logger has the methods info and error.');
  if (meter !== undefined && typeof meter.createHistogram !== 'function')
    throw new TypeError('A meter is one of the OpenTelemetry API.');
  if (metrics !== undefined && typeof metrics !== 'function')
    throw new TypeError('metrics is a function that gives a text.');
  if (trustProxy !== undefined && typeof trustProxy !== 'boolean')
    throw new TypeError('trustProxy is true or false.');
  if (rate !== undefined && !(Number.isInteger(rate) && rate >= 1 && rate <= keyRequestsPerSecondMax))
    throw new RangeError(`keyRequestsPerSecond is a whole number from 1 to ${keyRequestsPerSecondMax}.`);
  if (version !== undefined && typeof version !== 'string') throw new TypeError('version is a string.');
  if (isStopping !== undefined && typeof isStopping !== 'function')
    throw new TypeError('isStopping is a function.');
  return options;
}

/** One engine's face for each tenant that calls, made once; a bound, so that tenants that are gone do not pile up. */
function rememberTenantFaces(tidelock: Tidelock): (tenant: string) => Tidelock {
  const faces = new Map<string, Tidelock>();
  return (tenant) => {
    const known = faces.get(tenant);
    if (known !== undefined) return known;
    if (faces.size >= tenantFacesMax) faces.clear();
    const face = tidelock.forTenant(tenant);
    faces.set(tenant, face);
    return face;
  };
}
