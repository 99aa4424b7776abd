import { accessSync, closeSync, constants, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { fullFault, readOnlyFault, StoreFault } from './store-fault.ts';

/**
 * Makes sure that a file is there that this process may write. An empty file is an empty database: made here, it has its
 * mode (0600) from the first moment, and SQLite gives that on to the files that it puts beside it.
 *
 * @throws StoreFault `store/unavailable`, `store/read-only`, `store/full`.
 */
export function ensureFile(path: string, mayCreate: boolean): void {
  try {
    if (isThere(path)) {
      accessSync(path, constants.R_OK | constants.W_OK);
      accessSync(dirname(path), constants.W_OK);
    } else if (mayCreate) {
      closeSync(openSync(path, 'wx', 0o600));
    } else {
      throw new StoreFault(
        'store/unavailable',
        `${path} was there and is gone: bring it back and start again.`,
      );
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    // Another process was a moment faster, which is fine: this one opens what is there.
    if (code !== 'EEXIST') throw fileFault(error, code, path);
  }
}

/** Which file stands at `path` now: it tells whether it was replaced or deleted under an open connection. */
export function fileIdentity(path: string): string | null {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? null : `${stats.dev}:${stats.ino}`;
}

function isThere(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined || stats.isFile()) return stats !== undefined;
  throw new StoreFault('store/unavailable', `${path} is no file: name another path.`);
}

function fileFault(error: unknown, code: unknown, path: string): unknown {
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new StoreFault(
        'store/unavailable',
        `The folder ${dirname(path)} does not exist: make it first.`,
      );
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return readOnlyFault(path);
    case 'ENOSPC':
    case 'EDQUOT':
      return fullFault(path);
    default:
      return error;
  }
}
