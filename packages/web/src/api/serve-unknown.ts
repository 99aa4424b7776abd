import { randomUUID } from 'node:crypto';
import { webProblem } from './problem.ts';
import { millisecondsSince, type Reporter } from './request-log.ts';
import { problemResponse } from './response.ts';

/** Answers what no route takes: another method of a path that exists, or a path that does not. */
export function serveUnknown(
  request: Request,
  allowedMethods: readonly string[],
  reporters: readonly Reporter[],
): Response {
  const startedAt = performance.now();
  const requestId = randomUUID();
  const problem =
    allowedMethods.length === 0
      ? webProblem('web/not-found')
      : webProblem('web/method-not-allowed', { headers: { allow: allowedMethods.join(', ') } });
  for (const report of reporters)
    report({
      requestId,
      method: request.method,
      // The path is the caller's own text, and may name an account.
      route: 'unknown',
      durationMs: millisecondsSince(startedAt),
      status: problem.status,
      problem: problem.code,
      caller: null,
      fault: null,
    });
  return problemResponse(problem, requestId);
}
