import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { errorCodes } from '../../packages/engine/src/tidelock-error.ts';

const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
const documented = [...page.matchAll(/^\| `([a-z]+\/[a-z0-9-]+)` +\|/gm)].map((match) => match[1]!);

test('every fault of the engine stands in docs/errors.md, and docs/errors.md names no other', () => {
  const engine = documented.filter((code) => /^(engine|keys|vault|store)\//.test(code));
  expect(engine.toSorted()).toEqual(Object.keys(errorCodes).toSorted());
});

test('no code stands there twice, and each says what to do', () => {
  expect(new Set(documented).size).toBe(documented.length);
  for (const row of page.split('\n').filter((line) => line.startsWith('| `'))) {
    expect(row.split(' | ')).toHaveLength(3);
  }
});
