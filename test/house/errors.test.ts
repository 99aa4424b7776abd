import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { errorCodes } from '../../packages/engine/src/tidelock-error.ts';
import { problemCodes } from '../../packages/web/src/api/problem-codes.ts';

const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
const documented = [...page.matchAll(/^\| `([a-z]+\/[a-z0-9-]+)` +\|/gm)].map((match) => match[1]!);

test('every fault of the engine stands in docs/errors.md, and docs/errors.md names no other', () => {
  const engine = documented.filter((code) => /^(engine|keys|vault|store)\//.test(code));
  expect(engine.toSorted()).toEqual(Object.keys(errorCodes).toSorted());
});

test('every refusal of the HTTP API stands there, and no other of its kind', () => {
  const web = documented.filter((code) => code.startsWith('web/'));
  expect(web.toSorted()).toEqual(Object.keys(problemCodes).toSorted());
});

test('every fault of the OTP library stands there, and no other of its kind', () => {
  const source = readFileSync(new URL('../../packages/otp/src/otp-error.ts', import.meta.url), 'utf8');
  const declared = [...source.matchAll(/\| '(otp\/[a-z0-9-]+)'/g)].map((match) => match[1]!);
  expect(declared.length).toBeGreaterThan(10);
  expect(documented.filter((code) => code.startsWith('otp/')).toSorted()).toEqual(declared.toSorted());
});

test('no code stands there twice, and each says what to do', () => {
  expect(new Set(documented).size).toBe(documented.length);
  for (const row of page.split('\n').filter((line) => line.startsWith('| `'))) {
    expect(row.split(' | ')).toHaveLength(3);
  }
});
