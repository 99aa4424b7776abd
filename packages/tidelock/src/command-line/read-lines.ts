import { createReadStream } from 'node:fs';
import { lineLengthMax } from '@tidelock/engine';
import { errnoOf } from '../service/errno.ts';
import { UsageError } from './shell.ts';

const lineEnd = 0x0a;
/** A UTF-16 unit has three bytes in UTF-8 at most. */
const lineBytesMax = lineLengthMax * 3;

/**
 * The lines of a file, one after the other; null for one that is too long, no UTF-8, or cut off before its end. However long
 * the file is, no more than one line is in memory.
 *
 * @throws UsageError where there is no such file
 */
export async function* readLines(path: string): AsyncGenerator<string | null> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let line: Uint8Array[] = [];
  let length = 0;
  const decoded = (): string | null => {
    try {
      return length > lineBytesMax ? null : decoder.decode(Buffer.concat(line));
    } catch {
      return null;
    } finally {
      line = [];
      length = 0;
    }
  };
  try {
    for await (const read of createReadStream(path)) {
      const chunk = read as Uint8Array;
      let from = 0;
      for (let end = chunk.indexOf(lineEnd); end >= 0; end = chunk.indexOf(lineEnd, from)) {
        keep(chunk.subarray(from, end));
        yield decoded();
        from = end + 1;
      }
      keep(chunk.subarray(from));
    }
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === undefined) throw error;
    const reason = errno === 'ENOENT' ? 'does not exist' : `cannot be read (${errno})`;
    throw new UsageError(`The file ${path} ${reason}.`);
  }
  if (length > 0) yield null;

  function keep(part: Uint8Array): void {
    length += part.length;
    // What is too long is only counted.
    if (length <= lineBytesMax && part.length > 0) line.push(part);
  }
}
