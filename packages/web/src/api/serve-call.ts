import { randomUUID } from 'node:crypto';
import type { Caller, Tidelock } from '@tidelock/engine';
import { readPath } from './account-path.ts';
import { assertScope, authenticate } from './authenticate.ts';
import type { Call } from './call.ts';
import type { CallRates } from './call-rates.ts';
import { callScopes } from './call-scopes.ts';
import { HttpProblem, invalidRequest, problemOf, webProblem } from './problem.ts';
import { readJsonObject } from './read-body.ts';
import { millisecondsSince, type Reporter, type ServedRequest } from './request-log.ts';
import { jsonResponse, problemResponse, textResponse } from './response.ts';
import { isSecure, type Connection } from './transport.ts';

/** What serving needs besides the request. */
export interface ServingRooms {
  readonly tidelock: Tidelock;
  readonly tenantFace: (tenant: string) => Tidelock;
  /** Told of each answer, in this order. */
  readonly reporters: readonly Reporter[];
  readonly rates: CallRates;
  readonly trustProxy: boolean;
}

/** A request as it came, with its path as it was sent. */
export interface IncomingRequest {
  readonly request: Request;
  readonly path: string;
  readonly connection: Connection | undefined;
}

/**
 * Answers the requests of one call. SECURITY: F1, the answer is made of what the engine gave, which is durable by then;
 * whatever is thrown on the way becomes a problem, and never a 2xx.
 */
export function serveCall(call: Call, rooms: ServingRooms): (incoming: IncomingRequest) => Promise<Response> {
  const { reporters } = rooms;
  return async (incoming) => {
    const startedAt = performance.now();
    const requestId = randomUUID();
    const seen: { caller: Caller | null } = { caller: null };
    let response: Response;
    let problem: string | null = null;
    let fault: unknown = null;
    try {
      const answer = await carryOut(call, incoming, rooms, seen);
      if (answer.kind === 'done') response = jsonResponse(answer.status, answer.body, requestId);
      else if (answer.kind === 'text') response = textResponse(answer.text, requestId);
      else {
        problem = answer.code;
        response = problemResponse(webProblem(answer.code, answer.extras), requestId);
      }
    } catch (error) {
      const refusal = problemOf(error);
      problem = refusal.code;
      fault = error;
      response = problemResponse(refusal, requestId);
    }
    if (reporters.length > 0) {
      const served: ServedRequest = {
        requestId,
        method: incoming.request.method,
        route: call.path,
        durationMs: millisecondsSince(startedAt),
        status: response.status,
        problem,
        caller: seen.caller,
        fault,
      };
      for (const report of reporters) report(served);
    }
    return response;
  };
}

/** The order matters: who calls and whether they may, before a byte of the body is read. */
async function carryOut(
  call: Call,
  { request, path, connection }: IncomingRequest,
  { tidelock, tenantFace, rates, trustProxy }: ServingRooms,
  seen: { caller: Caller | null },
) {
  const needed = callScopes[call.name];
  let face = tidelock;
  if (needed !== null) {
    const caller = await authenticate(request, { directory: tidelock.directory, rates, connection });
    seen.caller = caller;
    assertScope(caller, needed);
    face = tenantFace(caller.tenant);
  } else if (call.countsStrangers === true) rates.countStranger(request, connection);
  // SECURITY: S02, a secret never leaves over a wire that anybody can read.
  if (call.answersSecret === true && !isSecure(request, connection, trustProxy))
    throw new HttpProblem('web/insecure-transport', {
      detail: 'Call it by https; behind a proxy that ends TLS, let the service trust X-Forwarded-Proto.',
    });
  const { account, factorId } = readPath(path);
  const proof = call.takesProof === true ? readProof(request) : undefined;
  const isBare = call.bodyIsOptional === true && hasNoBody(request);
  const body = call.body === undefined ? null : call.body.read(isBare ? {} : await readJsonObject(request));
  return call.handle({
    tidelock: face,
    account,
    factorId,
    // Each call's reader and handler were tied together by defineCall.
    body: body as never,
    proof: proof === undefined ? {} : { proof },
    url: request.url,
    assertScope: (scopes) => (seen.caller === null ? undefined : assertScope(seen.caller, scopes)),
  });
}

/** By its headers alone: what has a body says of which type it is, or how long. */
function hasNoBody({ headers }: Request): boolean {
  const length = headers.get('content-length');
  return (
    !headers.has('content-type') && !headers.has('transfer-encoding') && (length === null || length === '0')
  );
}

const proofHeader = 'tidelock-proof';
const proofLengthMax = 256;

function readProof({ headers }: Request): string | undefined {
  const proof = headers.get(proofHeader) ?? undefined;
  if (proof !== undefined && proof.length > proofLengthMax)
    throw invalidRequest([
      { at: 'header Tidelock-Proof', message: `A proof has at most ${proofLengthMax} characters.` },
    ]);
  return proof;
}
