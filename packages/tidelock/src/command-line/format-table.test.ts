import { expect, test } from 'vitest';
import { formatTable } from './format-table.ts';

test('LOG-04 what others wrote neither moves the cursor nor begins a line of its own', () => {
  const table = formatTable(['what'], [['\u001b[31mRED\u001b[0m\nforged line\u202e\r']]);
  expect(table).toBe('what\n\\u{1b}[31mRED\\u{1b}[0m\\u{a}forged line\\u{202e}\\u{d}');
});

test('columns are as wide as their widest cell', () => {
  expect(
    formatTable(
      ['a', 'b'],
      [
        ['xyz', '1'],
        ['', '22'],
      ],
    ),
  ).toBe('a    b\nxyz  1\n     22');
});
