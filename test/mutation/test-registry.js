import { expect } from 'vitest';

/**
 * What stands in for `vitest` in a mutation run: tests are only written down as their files are imported, and the in-process
 * runner calls them. `expect` is Vitest's own.
 */
export { expect };

/** The tests of the files that were imported since it was last emptied: `{ id, name, file, run }`. */
export const registered = [];

/** The file whose import is under way, and the suites around what it says next. */
const around = { file: '', names: [] };

/** From now on tests are those of this file. */
export function beginFile(file) {
  Object.assign(around, { file, names: [] });
}

export function describe(name, body) {
  const { names } = around;
  around.names = [...names, name];
  body();
  around.names = names;
}

export function test(name, ...rest) {
  const run = rest.find((argument) => typeof argument === 'function');
  const id = `${around.file}#${[...around.names, name].join(' > ')}`;
  registered.push({ id, name: [...around.names, name].join(' > '), file: around.file, run });
}

/** As Vitest's: `%s` and its kin take the members of a row, one by one. */
test.each = (rows) => (name, run) => {
  for (const row of rows) {
    const values = Array.isArray(row) ? row : [row];
    let place = 0;
    test(
      name.replaceAll(/%[sdijo]/g, () => String(values[place++])),
      () => run(...values),
    );
  }
};
