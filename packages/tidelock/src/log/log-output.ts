import { write, writeSync } from 'node:fs';

/** What is not written yet at the end of this time is written then. */
const flushMs = 250;
/** Characters that are gathered before one write: each goes through the thread pool, and costs as much as a request. */
const gatherLength = 15 * 1024;
/** Characters that may wait for a reader that stalls; what comes then is dropped, and counted. */
const waitingLengthMax = 1024 * 1024;
/** How long the end of the process waits for such a reader. */
const exitMs = 500;

/** Where log lines go. */
export interface LogOutput {
  write(line: string): void;
  /** Writes what is left, at the end of the process; gives up in half a second. */
  flushAtExit(): void;
}

/**
 * Writes lines to a file descriptor in larger pieces, and never stands in the way: a disk that is full and a reader that stalls
 * cost lines of the log, and no request.
 */
export function createLogOutput(fd: number): LogOutput {
  let waiting = '';
  let dropped = 0;
  let isWriting = false;
  let timer: NodeJS.Timeout | null = null;

  const flush = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (isWriting || waiting === '') return;
    const piece = Buffer.from(takeWaiting());
    isWriting = true;
    writeWhole(fd, piece, (isWritten) => {
      isWriting = false;
      if (!isWritten) dropped += 1;
      if (waiting.length >= gatherLength) flush();
      else if (waiting !== '') timer ??= setTimeout(flush, flushMs).unref();
    });
  };

  const takeWaiting = (): string => {
    const note =
      dropped === 0 ? '' : `${JSON.stringify({ level: 40, dropped, message: 'log lines were dropped' })}\n`;
    dropped = 0;
    const piece = note + waiting;
    waiting = '';
    return piece;
  };

  return {
    write(line) {
      if (waiting.length + line.length > waitingLengthMax) {
        dropped += 1;
        return;
      }
      waiting += line;
      if (waiting.length >= gatherLength) flush();
      else timer ??= setTimeout(flush, flushMs).unref();
    },
    flushAtExit() {
      let piece = Buffer.from(takeWaiting());
      const deadline = performance.now() + exitMs;
      while (piece.length > 0 && performance.now() < deadline) {
        try {
          piece = piece.subarray(writeSync(fd, piece));
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
        }
      }
    },
  };
}

function writeWhole(fd: number, piece: Buffer, done: (isWritten: boolean) => void): void {
  write(fd, piece, (error, written) => {
    if (error?.code === 'EAGAIN') setTimeout(() => writeWhole(fd, piece, done), 10).unref();
    else if (error !== null) done(false);
    else if (written < piece.length) writeWhole(fd, piece.subarray(written), done);
    else done(true);
  });
}
