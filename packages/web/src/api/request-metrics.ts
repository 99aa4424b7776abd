import type { ServedRequest } from './request-log.ts';

/** What a meter of the OpenTelemetry API can do, as far as it is needed: any such meter is one. */
export interface Meter {
  createHistogram(name: string, options: InstrumentOptions): Histogram;
}

export interface InstrumentOptions {
  readonly description: string;
  readonly unit: string;
  readonly advice: { readonly explicitBucketBoundaries: number[] };
}

export interface Histogram {
  record(value: number, attributes: { readonly [name: string]: string | number }): void;
}

/** Upper bounds in seconds: a verification takes milliseconds, a first activation a fifth of a second, a deadline some. */
const bucketBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What a method is called that this API has no call for: the name is the caller's own text. */
const otherMethod = '_OTHER';
const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE']);

/**
 * Records each answer in one histogram, under the names of OpenTelemetry's conventions for HTTP. SECURITY: rule 4 and rule 9 (C15), an
 * attribute is a pattern of a route, a status or a code of an error, and never what a caller wrote; no account and no tenant is in it.
 */
export function requestMetrics(meter: Meter): (served: ServedRequest) => void {
  const duration = meter.createHistogram('http.server.request.duration', {
    description: 'From the arrival of a request to its answer; error.type is the code of the problem.',
    unit: 's',
    advice: { explicitBucketBoundaries: bucketBounds },
  });
  return ({ method, route, status, problem, durationMs }) => {
    const attributes = {
      'http.request.method': methods.has(method) ? method : otherMethod,
      'http.route': route,
      'http.response.status_code': status,
    };
    try {
      duration.record(
        durationMs / 1000,
        problem === null ? attributes : { ...attributes, 'error.type': problem },
      );
    } catch {
      // As with the log: what was decided is durable, and the answer stays what it is.
    }
  };
}
