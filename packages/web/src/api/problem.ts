import { errorCodes, TidelockError, type ErrorCode } from '@tidelock/engine';
import { faultStatus } from './fault-status.ts';
import { problemCodes, type ProblemCode } from './problem-codes.ts';

/** One error of the request's form: where it is, as a JSON pointer or the name of a header, and what is expected there. */
export interface InvalidPlace {
  readonly at: string;
  readonly message: string;
}

/** What a problem has besides type, title and status. */
export interface ProblemExtras {
  /** What is wrong with this very request; never a value out of it. */
  readonly detail?: string;
  /** Further members of the document (RFC 9457 §3.2). */
  readonly members?: object;
  readonly retryAfterSeconds?: number;
  readonly headers?: { readonly [name: string]: string };
}

/** A problem before it becomes a response. */
export interface Problem extends ProblemExtras {
  readonly code: ProblemCode | ErrorCode;
  readonly status: number;
  readonly title: string;
}

/** A request that is refused before anything is judged: thrown by the steps that read it, and caught in one place. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly problem: Problem;

  constructor(code: ProblemCode, extras: ProblemExtras = {}) {
    super(problemCodes[code].title);
    this.problem = webProblem(code, extras);
  }
}

/** A problem of the HTTP layer's own. */
export function webProblem(code: ProblemCode, extras: ProblemExtras = {}): Problem {
  return { code, ...problemCodes[code], ...extras };
}

/** A request that is not of the form that the call takes, with the place of each error. */
export function invalidRequest(places: readonly InvalidPlace[]): HttpProblem {
  return new HttpProblem('web/invalid', { members: { errors: places } });
}

/** Whatever was thrown, as a problem: what the caller could not have caused tells them nothing of the inside. */
export function problemOf(error: unknown): Problem {
  if (error instanceof HttpProblem) return error.problem;
  if (error instanceof TidelockError) return faultProblem(error);
  return webProblem('web/internal');
}

function faultProblem({ code, message, retryAfterSeconds }: TidelockError): Problem {
  const status = faultStatus[code];
  const title = errorCodes[code];
  const retry = retryAfterSeconds ?? (status === 503 ? 1 : undefined);
  return {
    code,
    status,
    title,
    // Above 499 the detail may name what is behind this service: it is the operator's, and stands in the log.
    ...(status < 500 && message !== title ? { detail: message } : {}),
    ...(retry === undefined ? {} : { retryAfterSeconds: retry }),
  };
}

/** The document itself. `type` ends in the error's code. */
export function problemDocument(
  { code, status, title, detail, members }: Problem,
  requestId: string,
): object {
  return {
    type: `urn:tidelock:error:${code}`,
    title,
    status,
    ...(detail === undefined ? {} : { detail }),
    instance: `urn:uuid:${requestId}`,
    ...members,
  };
}
