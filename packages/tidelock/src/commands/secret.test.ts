import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder, tidelock } from '../../test-programs/run-command.ts';

test('S01 a secret has 32 characters of base32, and no two are the same', async () => {
  const [one, other] = await Promise.all([tidelock(['secret']), tidelock(['secret'])]);
  expect(one).toMatchObject({ status: 0, errors: '' });
  expect(one.output).toMatch(/^[A-Z2-7]{32}\n$/);
  expect(other.output).not.toBe(one.output);
});

test('S34 the bytes of a text become base32', async () => {
  const run = await tidelock(['secret', '--from-text', '123123123djwkdhawjdk', '--json']);
  expect(JSON.parse(run.output)).toEqual({
    secret: 'GEZDGMJSGMYTEM3ENJ3WWZDIMF3WUZDL',
    bytes: 20,
    weak: false,
  });
});

test('S40 a short text becomes a secret, with a warning on standard error', async () => {
  const run = await tidelock(['secret', '--from-text', 'CodingFleet']);
  expect(run).toMatchObject({ status: 0, output: 'INXWI2LOM5DGYZLFOQ\n' });
  expect(run.errors).toContain('weak');
});

test('a text comes from a file or from standard input, so that it stands in no process list', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'key.txt'), '12345678901234567890\n');
  const expected = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\n';
  expect((await tidelock(['secret', '--from-text', '@key.txt'], { folder })).output).toBe(expected);
  const piped = await tidelock(['secret', '--from-text', '-'], { input: '12345678901234567890\n' });
  expect(piped.output).toBe(expected);
});

test.each([
  ['@missing.txt', 'does not exist'],
  ['@empty.txt', 'holds 0 lines'],
  ['@two.txt', 'holds 2 lines'],
  ['@huge.txt', 'longer than'],
  ['@.', 'cannot be read (EISDIR)'],
])('%s is refused in plain words', async (argument, words) => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'empty.txt'), '\n');
  writeFileSync(join(folder, 'two.txt'), 'one\ntwo\n');
  writeFileSync(join(folder, 'huge.txt'), 'A'.repeat(20_000));
  const run = await tidelock(['secret', '--from-text', argument], { folder });
  expect(run).toMatchObject({ status: 2, output: '' });
  expect(run.errors).toContain(words);
});
