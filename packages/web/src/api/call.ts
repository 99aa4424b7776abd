import type { ErrorCode, ProofOption, Scope, Tidelock } from '@tidelock/engine';
import type { z } from '@hono/zod-openapi';
import type { BodyReader } from './body-reader.ts';
import type { CallName } from './call-scopes.ts';
import type { ProblemExtras } from './problem.ts';
import type { ProblemCode } from './problem-codes.ts';

/** A request that was authenticated, allowed and read: what a call works on. */
export interface ReadRequest<Body> {
  /** Of the tenant that the API key belongs to. */
  readonly tidelock: Tidelock;
  /** From the path, decoded and normalised; empty where the path names none. */
  readonly account: string;
  readonly factorId: string;
  readonly body: Body;
  /** From the header `Tidelock-Proof`. */
  readonly proof: ProofOption;
  readonly url: string;
  /** For a call that takes more of some callers than of others. @throws HttpProblem `web/forbidden-scope` */
  readonly assertScope: (needed: readonly Scope[]) => void;
}

/** What a call answers: done, with a 2xx, as JSON or as plain text, or refused, with a problem. */
export type Answer =
  | { readonly kind: 'done'; readonly status: 200 | 201; readonly body: object }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'refused'; readonly code: ProblemCode; readonly extras: ProblemExtras };

/** One call of the API: what the router, the checks before it and the OpenAPI document need to know. */
export interface CallDefinition<Body> {
  readonly name: CallName;
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** As OpenAPI writes it: `/v1/accounts/{account}/verify`. */
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  readonly body?: BodyReader<Body>;
  /** Whether a request without a body is one with an empty object. */
  readonly bodyIsOptional?: boolean;
  /** The query, for the document alone: a call reads its own. */
  readonly query?: z.ZodObject;
  /** Whether it reads the header `Tidelock-Proof`. */
  readonly takesProof?: boolean;
  /** Whether its answer holds a secret or backup codes: then it is refused over plain http. */
  readonly answersSecret?: boolean;
  /** Whether requests without a key are counted by their address: it costs more than a refusal. */
  readonly countsStrangers?: boolean;
  /** Whether it answers with plain text instead. */
  readonly answersText?: boolean;
  /** The shape of each 2xx. */
  readonly answers: { readonly [status in 200 | 201]?: z.ZodType };
  /** What it refuses with, besides what every call does. */
  readonly refusals: readonly (ProblemCode | ErrorCode)[];
  handle(request: ReadRequest<Body>): Promise<Answer>;
}

/** A call whose body is its own affair. */
export type Call = CallDefinition<never>;

/** Ties the body's type to the handler, and forgets it for the list of calls. */
export function defineCall<Body = null>(definition: CallDefinition<Body>): Call {
  return definition as unknown as Call;
}

/** 200 */
export function ok(body: object): Answer {
  return { kind: 'done', status: 200, body };
}

/** 201 */
export function created(body: object): Answer {
  return { kind: 'done', status: 201, body };
}

/** What was decided against the caller. */
export function refused(code: ProblemCode, extras: ProblemExtras = {}): Answer {
  return { kind: 'refused', code, extras };
}
