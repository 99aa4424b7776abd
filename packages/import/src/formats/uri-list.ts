import { ImportError } from '../import-error.ts';
import { limits } from '../limits.ts';
import {
  isMigrationUri,
  parseMigrationUri,
  readMigrationBatches,
  type MigrationBatch,
} from './google-migration.ts';
import { draftOfUri, isKeyUri } from './key-uri-draft.ts';
import type { ReaderInput } from './reader-input.ts';

interface Line {
  readonly number: number;
  readonly text: string;
}

/** The first line that is a URI says what the file is: `null` for neither. */
export function firstUri(text: string): 'migration' | 'key' | null {
  for (const line of contentLines(text)) {
    if (isMigrationUri(line.text)) return 'migration';
    if (isKeyUri(line.text)) return 'key';
  }
  return null;
}

/**
 * One URI a line: `otpauth://`, `steam://`, and `otpauth-migration://` in any order. Empty lines and those that begin with `#`
 * are passed over.
 *
 * @throws ImportError `import/malformed` where the only line is an export that is damaged; `import/too-many-entries`
 */
export function readUriList({ text, collector }: ReaderInput): void {
  const batches: MigrationBatch[] = [];
  let lines = 0;
  let damaged: unknown = null;
  for (const line of contentLines(text)) {
    lines += 1;
    const place = `line ${line.number}`;
    if (!isMigrationUri(line.text)) {
      collector.add(place, () => draftOfUri(line.text));
      continue;
    }
    try {
      batches.push(parseMigrationUri(line.text, { place }));
    } catch (error) {
      damaged = error;
      collector.fail(place, error);
    }
  }
  if (damaged !== null && lines === 1) throw damaged;
  readMigrationBatches(batches, collector);
}

/** Line by line, since a list of all lines of eight megabytes of line ends would be long. */
function* contentLines(text: string): Generator<Line> {
  let from = 0;
  for (let number = 1; from < text.length; number++) {
    if (number > limits.linesMax) {
      throw new ImportError('import/too-many-entries', `The file has more than ${limits.linesMax} lines.`);
    }
    const end = text.indexOf('\n', from);
    const line = text.slice(from, end < 0 ? text.length : end).trim();
    from = end < 0 ? text.length : end + 1;
    if (line !== '' && !line.startsWith('#')) yield { number, text: line };
  }
}
