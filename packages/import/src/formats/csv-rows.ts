import { malformed } from '../json-fields.ts';
import { limits } from '../limits.ts';

const columnsMax = 200;

/**
 * The rows of a CSV file (RFC 4180): fields in quotes may hold commas, line ends and doubled quotes.
 *
 * @throws ImportError `import/malformed`
 */
export function* csvRows(text: string): Generator<readonly string[]> {
  let at = 0;
  let rows = 0;
  while (at < text.length) {
    const row: string[] = [];
    let isOpen = true;
    while (isOpen) {
      const { value, end } = text[at] === '"' ? quotedField(text, at + 1) : plainField(text, at);
      row.push(value);
      if (row.length > columnsMax) throw malformed(`a row has more than ${columnsMax} columns`);
      isOpen = text[end] === ',';
      at = isOpen ? end + 1 : skipLineEnd(text, end);
    }
    rows += 1;
    if (rows > limits.linesMax) throw malformed(`it has more than ${limits.linesMax} rows`);
    yield row;
  }
}

interface Field {
  readonly value: string;
  /** Where the comma or the line end stands that ends it. */
  readonly end: number;
}

function plainField(text: string, start: number): Field {
  let end = start;
  while (end < text.length && !',\r\n'.includes(text[end]!)) end += 1;
  return { value: text.slice(start, end), end };
}

function quotedField(text: string, start: number): Field {
  const parts: string[] = [];
  let from = start;
  for (;;) {
    const quote = text.indexOf('"', from);
    if (quote < 0) throw malformed('a quoted field has no end');
    parts.push(text.slice(from, quote));
    if (text[quote + 1] !== '"') {
      const end = quote + 1;
      if (end < text.length && !',\r\n'.includes(text[end]!)) throw malformed('text follows a quoted field');
      return { value: parts.join('"'), end };
    }
    from = quote + 2;
  }
}

function skipLineEnd(text: string, at: number): number {
  return text[at] === '\r' && text[at + 1] === '\n' ? at + 2 : at + 1;
}
