import { TidelockError, type Caller } from '@tidelock/engine';

/** What a logger must be able to do; pino's loggers are. */
export interface Logger {
  info(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** What is known of a request when its answer is ready. */
export interface ServedRequest {
  readonly requestId: string;
  readonly method: string;
  /** The pattern of the route: the path itself holds an account id. */
  readonly route: string;
  readonly durationMs: number;
  readonly status: number;
  readonly problem: string | null;
  readonly caller: Caller | null;
  /** What was thrown, where the problem is this service's own. */
  readonly fault: unknown;
}

/** Whoever wants to know of each answer. */
export type Reporter = (served: ServedRequest) => void;

/** Milliseconds since then, to the microsecond. */
export function millisecondsSince(startedAt: number): number {
  return Math.round((performance.now() - startedAt) * 1000) / 1000;
}

/**
 * One line a request. SECURITY: rule 4 (C15), it has no body, no path, no header and no message of a foreign error: any
 * of them may hold a secret, a code, a ticket, a proof, a key or a person.
 */
export function logRequest(logger: Logger, served: ServedRequest): void {
  const { requestId, method, route, durationMs, status, problem, caller, fault } = served;
  const fields = {
    requestId,
    method,
    route,
    status,
    problem,
    durationMs,
    tenant: caller === null ? null : caller.tenant,
    keyId: caller === null ? null : caller.keyId,
  };
  try {
    if (status < 500) logger.info(fields, 'request');
    else logger.error({ ...fields, fault: describeFault(fault) }, 'request failed');
  } catch {
    // What was decided is durable: a logger that throws must not turn an answer into another one.
  }
}

const causesMax = 5;

/** Our own faults have messages that hold nothing of anybody; of foreign ones only name, code and place are told. */
function describeFault(error: unknown, depth = 0): object | null {
  if (!(error instanceof Error) || depth === causesMax) return null;
  const code: unknown = (error as { code?: unknown }).code;
  return {
    name: error.name,
    ...(typeof code === 'string' ? { code } : {}),
    ...(error instanceof TidelockError ? { message: error.message } : {}),
    at: framesOf(error),
    ...(error.cause === undefined ? {} : { cause: describeFault(error.cause, depth + 1) }),
  };
}

/** The places alone: the message stands before them in the stack, and may itself have lines that look like places. */
function framesOf({ stack = '', message }: Error): readonly string[] {
  const start = stack.indexOf(message);
  if (start === -1) return [];
  const lines = stack.slice(start + message.length).split('\n');
  return lines.map((line) => line.trim()).filter((line) => line.startsWith('at '));
}
