import { problemDocument, type Problem } from './problem.ts';

/**
 * What every answer carries. Nothing here is a page, and nothing may be kept: answers hold secrets, tickets and proofs.
 * They are passed with the Response when it is made, since setting them afterwards costs 30 µs a request.
 */
const fixedHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

/** A JSON answer to a call that was carried out. */
export function jsonResponse(status: number, body: object, requestId: string): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json', ...fixedHeaders, 'x-request-id': requestId },
  });
}

/** A text for machines: what `GET /metrics` answers, in the exposition format of Prometheus. */
export function textResponse(text: string, requestId: string): Response {
  return new Response(text, {
    headers: {
      'content-type': 'text/plain; version=0.0.4; charset=utf-8',
      ...fixedHeaders,
      'x-request-id': requestId,
    },
  });
}

/** An `application/problem+json` answer (RFC 9457). */
export function problemResponse(problem: Problem, requestId: string): Response {
  return new Response(JSON.stringify(problemDocument(problem, requestId)), {
    status: problem.status,
    headers: {
      'content-type': 'application/problem+json',
      ...fixedHeaders,
      'x-request-id': requestId,
      ...(problem.retryAfterSeconds === undefined
        ? {}
        : { 'retry-after': String(problem.retryAfterSeconds) }),
      ...problem.headers,
    },
  });
}
