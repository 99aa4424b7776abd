import type { ErrorCode } from '@tidelock/engine';

/** A fault in Tidelock's words: its code, and as message what was found and what the operator can do. */
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
  corrupt: 11,
  full: 13,
  tooBig: 18,
  constraint: 19,
  notADatabase: 26,
  /** Making the shared memory larger failed, which is how a full disk shows when a database is opened. */
  ioErrorShmSize: 4874,
} as const;

/** The primary result code of an error of node:sqlite, whatever its extension; 0 for every other error. */
export function primaryCodeOf(error: unknown): number {
  return extendedCodeOf(error) & 0xff;
}

/** Says in Tidelock's words what went wrong with the database at `path`. */
export function faultOf(error: unknown, path: string): StoreFault {
  if (error instanceof StoreFault) return error;
  const message = error instanceof Error ? error.message : String(error);
  const extended = extendedCodeOf(error);
  if (extended === 0) return faultWithoutSqlite(error, message, path);
  if (extended === sqliteCodes.ioErrorShmSize) return fullFault(path);
  switch (extended & 0xff) {
    case sqliteCodes.busy:
    case sqliteCodes.locked:
      return new StoreFault('store/locked', `Look for a process that keeps a transaction open on ${path}.`);
    case sqliteCodes.readOnly:
      return readOnlyFault(path);
    case sqliteCodes.full:
      return fullFault(path);
    case sqliteCodes.tooBig:
    case sqliteCodes.constraint:
      return new StoreFault('store/refused', `${message}.`);
    case sqliteCodes.notADatabase:
      return new StoreFault(
        'store/not-a-database',
        `Name another path than ${path}, or bring back a backup.`,
      );
    case sqliteCodes.corrupt:
      return new StoreFault('store/unavailable', `${path} is damaged (${message}): bring back a backup.`);
    default:
      return new StoreFault('store/unavailable', `${path}: ${message} (SQLite ${extended}).`);
  }
}

export function fullFault(path: string): StoreFault {
  return new StoreFault('store/full', `Make room where ${path} stands; the store then goes on by itself.`);
}

export function readOnlyFault(path: string): StoreFault {
  return new StoreFault(
    'store/read-only',
    `Let this process write ${path} and the folder that it stands in.`,
  );
}

/** The operating system's complaints are about the file, all others about what the database was to hold. */
function faultWithoutSqlite(error: unknown, message: string, path: string): StoreFault {
  const isSystemError = error instanceof Error && 'syscall' in error;
  if (isSystemError) return new StoreFault('store/unavailable', `${path}: ${message}.`);
  return new StoreFault('store/refused', `${message}.`);
}

function extendedCodeOf(error: unknown): number {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number'
    ? error.errcode
    : 0;
}
