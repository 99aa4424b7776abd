import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { serviceErrorCodes } from './service-error.ts';

test('every fault of the service stands in docs/errors.md, and docs/errors.md names no other', () => {
  const page = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8');
  const documented = [...page.matchAll(/^\| `(service\/[a-z0-9-]+)` +\|/gm)].map((match) => match[1]);
  expect(documented.toSorted()).toEqual(Object.keys(serviceErrorCodes).toSorted());
});
