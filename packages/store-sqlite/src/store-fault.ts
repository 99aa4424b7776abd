import type { ErrorCode } from '@tidelock/engine';
import type { Fault } from './worker-protocol.ts';

/** A fault that was recognised inside the worker. */
export class StoreFault extends Error {
  override readonly name = 'StoreFault';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, detail: string) {
    super(detail);
    this.code = code;
  }
}

/** Primary result codes of SQLite (https://sqlite.org/rescode.html), and the one extended code that is looked at. */
export const sqliteCodes = {
  busy: 5,
  locked: 6,
  readOnly: 8,
  ioError: 10,
  corrupt: 11,
  full: 13,
  constraint: 19,
  notADatabase: 26,
  /** Making the shared memory larger failed, which is how a full disk shows when a database is opened. */
  ioErrorShmSize: 4874,
} as const;

/** The extended result code of an error of node:sqlite; 0 for every other error. */
export function sqliteCodeOf(error: unknown): number {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number'
    ? error.errcode
    : 0;
}

/** The primary result code, whatever the extension. */
export function primaryCodeOf(error: unknown): number {
  return sqliteCodeOf(error) & 0xff;
}

/** Says in Tidelock's words what went wrong with the database at `path`, and what the operator can do. */
export function faultOf(error: unknown, path: string): Fault {
  if (error instanceof StoreFault) return { code: error.code, detail: error.message };
  const message = error instanceof Error ? error.message : String(error);
  const extended = sqliteCodeOf(error);
  if (extended === sqliteCodes.ioErrorShmSize) return full(path);
  switch (extended & 0xff) {
    case sqliteCodes.busy:
    case sqliteCodes.locked:
      return { code: 'store/locked', detail: `Look for a process that keeps a transaction open on ${path}.` };
    case sqliteCodes.readOnly:
      return {
        code: 'store/read-only',
        detail: `Let this process write ${path} and the folder that it stands in.`,
      };
    case sqliteCodes.full:
      return full(path);
    case sqliteCodes.notADatabase:
      return {
        code: 'store/not-a-database',
        detail: `Name another path than ${path}, or bring back a backup.`,
      };
    case sqliteCodes.corrupt:
      return { code: 'store/unavailable', detail: `${path} is damaged (${message}): bring back a backup.` };
    default:
      return {
        code: 'store/unavailable',
        detail: `${path}: ${message}${extended === 0 ? '' : ` (SQLite ${extended})`}.`,
      };
  }
}

function full(path: string): Fault {
  return { code: 'store/full', detail: `Make room where ${path} stands; the store then goes on by itself.` };
}
