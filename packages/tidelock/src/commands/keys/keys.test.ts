import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { keyRing } from '@tidelock/engine';
import { expect, test } from 'vitest';
import { temporaryFolder, tidelock } from '../../../test-programs/run-command.ts';

const keyText = async (...args: string[]): Promise<string> =>
  (await tidelock(['keys', 'new', ...args])).output.trim();

test('keys new makes a key as TIDELOCK_KEYS takes it, and writes nothing', async () => {
  const folder = temporaryFolder();
  const [one, other] = [await keyText(), await keyText('--id', '2027')];
  expect(keyRing(`${one},${other}`).keys.map(({ id }) => id)).toEqual([
    expect.stringMatching(/^\d{4}-\d\d-\d\d-[0-9a-f]{4}$/),
    '2027',
  ]);
  expect((await tidelock(['keys', 'new', '--json'], { folder })).output).toMatch(/^\{"keys":"[^"]+"\}\n$/);
  expect(await tidelock(['keys', 'new', '--id', 'a:b'])).toMatchObject({ status: 2, output: '' });
});

test('keys status: which keys there are, which one seals, and whether they belong to the store', async () => {
  const folder = temporaryFolder();
  expect((await tidelock(['init'], { folder })).status).toBe(0);
  const own = readFileSync(join(folder, 'data/keys'), 'utf8').trim();
  const [id] = own.split(':') as [string];
  const status = async (TIDELOCK_KEYS: string) => {
    const run = await tidelock(['keys', 'status', '--json'], { folder, environment: { TIDELOCK_KEYS } });
    return { status: run.status, ...(JSON.parse(run.output) as object) };
  };
  expect(await status('')).toEqual({
    status: 0,
    source: join(folder, 'data/keys'),
    store: join(folder, 'data/tidelock.db'),
    keys: [{ id, seals: true, standing: 'known', sealed: {}, mayBeDropped: false }],
    missing: [],
    lost: [],
    faultCount: 0,
    belongs: true,
  });
  const next = await keyText('--id', 'next');
  expect(await status(`${next},${own}`)).toMatchObject({
    status: 0,
    source: 'TIDELOCK_KEYS',
    keys: [
      { id: 'next', seals: true, standing: 'new' },
      { id, seals: false, standing: 'known' },
    ],
  });
  expect(await status(next)).toMatchObject({ status: 1, belongs: false, missing: [id] });
  expect(await status(await keyText('--id', id))).toMatchObject({ status: 1, keys: [{ standing: 'wrong' }] });
  // It changed nothing: the new key is still new.
  expect(await status(`${next},${own}`)).toMatchObject({
    keys: [{ standing: 'new' }, { standing: 'known' }],
  });
  const text = await tidelock(['keys', 'status'], { folder });
  expect(text.output).toContain('seals and opens  belongs to the store');
  expect(text.output + text.errors).not.toContain(own.split(':')[1]);
});
