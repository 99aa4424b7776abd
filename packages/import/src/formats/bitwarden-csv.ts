import { malformed } from '../json-fields.ts';
import { csvRows } from './csv-rows.ts';
import { draftOfField } from './key-uri-draft.ts';
import type { ReaderInput } from './reader-input.ts';

export function isBitwardenCsv(text: string): boolean {
  const end = text.search(/[\r\n]/);
  const header = text.slice(0, Math.min(end < 0 ? text.length : end, 4096));
  return header.split(',').some((name) => name.replaceAll('"', '').trim() === 'login_totp');
}

/** The rows of a Bitwarden CSV export whose `login_totp` is not empty. @throws ImportError `import/malformed` */
export function readBitwardenCsv({ text, collector }: ReaderInput): void {
  let columns: ReadonlyMap<string, number> | null = null;
  let rowNumber = 0;
  for (const row of csvRows(text)) {
    rowNumber += 1;
    if (columns === null) {
      columns = new Map(row.map((name, index) => [name.trim(), index]));
      if (!columns.has('login_totp')) throw malformed('it has no column login_totp');
      continue;
    }
    const cell = (name: string): string => row[columns?.get(name) ?? -1] ?? '';
    const totp = cell('login_totp').trim();
    if (totp === '') continue;
    const names = { issuer: cell('name'), accountName: cell('login_username') };
    collector.add(`row ${rowNumber}`, () => draftOfField(totp, names));
  }
}
