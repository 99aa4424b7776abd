import { TidelockError, type ErrorCode } from '@tidelock/engine';

/** The connection broke, or no answer came in time: nobody can say whether the command was carried out. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
}

const goneAdvice = 'The accounts of this partition were there and are gone: bring them back and start again.';

/** The first words of the answers with which a server refuses a command before it has done anything of it. */
const refusals: Readonly<Record<string, readonly [code: ErrorCode, advice: string]>> = {
  OOM: ['store/full', 'Raise maxmemory; the store then goes on by itself.'],
  MISCONF: ['store/full', 'The server cannot write its disk: make room, or mend its rights.'],
  READONLY: ['store/read-only', 'This server takes no writes: it is a replica.'],
  NOPERM: ['store/read-only', 'Give the user the rights that the README names.'],
  BUSY: ['store/locked', 'The server runs a script of somebody else.'],
  NOREPLICAS: ['store/unavailable', 'The server writes with more replicas only (min-replicas-to-write).'],
  CLUSTERDOWN: ['store/unavailable', 'A part of the cluster has no master.'],
  TRYAGAIN: ['store/unavailable', 'The partition is being moved to another node.'],
  MOVED: ['store/unavailable', 'The partition was moved to another node.'],
  ASK: ['store/unavailable', 'The partition is being moved to another node.'],
  CROSSSLOT: ['store/unavailable', 'Several servers stand behind this one: set the option sharded.'],
  MASTERDOWN: ['store/unavailable', 'The master of this replica is down.'],
  LOADING: ['store/unavailable', 'The server reads its data; the store then goes on by itself.'],
  NOAUTH: ['store/unavailable', 'Give user and password.'],
  WRONGPASS: ['store/unavailable', 'Check user and password.'],
  NOSCRIPT: ['store/unavailable', 'The server forgets scripts.'],
  // The store's own scripts say so: see `script.ts`.
  TIDELOCKGONE: ['store/unavailable', goneAdvice],
};

/** How a script says that its user may not do what it does. */
const forbidden = /^ERR (?:The user executing the script can't|ACL failure in script)/;

/** What the client says of a command that it has not sent. */
const unsent = /enableOfflineQueue options is false|^Too many Cluster redirections|slots allocation group$/;

/** Whether a failed command may have been carried out all the same. */
export function isUnclear(error: unknown): boolean {
  if (error instanceof TidelockError) return false;
  if (isReply(error)) return refusals[firstWordOf(error)] === undefined;
  return !(error instanceof Error && unsent.test(error.message));
}

/** Whether the server refused a script because it does not have it: nothing of it was carried out. */
export function isScriptMissing(error: unknown): boolean {
  return isReply(error) && firstWordOf(error) === 'NOSCRIPT';
}

/** Whether the partition stands elsewhere, or is on its way: nothing was carried out, and another try may find it. */
export function isRedirection(error: unknown): boolean {
  if (isReply(error)) return /^(?:MOVED|ASK|TRYAGAIN|CLUSTERDOWN)$/.test(firstWordOf(error));
  // What was gathered for one node lies on two by now.
  return error instanceof Error && error.message.endsWith('slots allocation group');
}

/** Whether it is an answer of the server, and no fault of the connection. */
export function isReply(error: unknown): error is Error {
  return error instanceof Error && error.name === 'ReplyError';
}

/** Says in Tidelock's words what went wrong. SECURITY: the message never holds what was stored, only the server's own words. */
export function faultOf(error: unknown): TidelockError {
  if (error instanceof TidelockError) return error;
  withoutCommand(error);
  const message = error instanceof Error ? error.message : String(error);
  if (!isReply(error))
    return new TidelockError('store/unavailable', { detail: sentence(message), cause: error });
  const word = firstWordOf(error);
  if (word === 'WRONGTYPE')
    return new TidelockError('store/not-a-database', {
      detail: 'Another program has data under this prefix.',
      cause: error,
    });
  const [code, advice] = refusals[forbidden.test(message) ? 'NOPERM' : word] ?? ['store/unavailable', ''];
  return new TidelockError(code, { detail: advice === '' ? sentence(message) : advice, cause: error });
}

/**
 * SECURITY: C15, rule 4, `ioredis` hangs the command on its errors, and with it a password or a record: whoever prints a fault prints
 * its cause. `holds no password and no record` goes red without this.
 */
export function withoutCommand(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const carrier = error as Error & { command?: unknown; readonly lastNodeError?: unknown };
  delete carrier.command;
  // Of a cluster: what the last node said that was asked.
  withoutCommand(carrier.lastNodeError);
  return error;
}

/** What a load finds where a script would answer with TIDELOCKGONE. */
export function goneFault(): TidelockError {
  return new TidelockError('store/unavailable', { detail: goneAdvice });
}

function firstWordOf(error: Error): string {
  return error.message.split(' ', 1)[0]!;
}

function sentence(message: string): string {
  return message === '' ? 'The server cannot be reached.' : `${message.replace(/\.$/, '')}.`;
}
