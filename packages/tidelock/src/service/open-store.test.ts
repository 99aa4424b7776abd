import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test-programs/run-command.ts';
import { startService } from '../../test-programs/start-service.ts';
import { openStore } from './open-store.ts';
import { parseStoreLocation } from './store-location.ts';

/** Writes the address of every module that is loaded to standard error. */
const watcher = `
  import { registerHooks } from 'node:module';
  registerHooks({ load: (url, context, next) => (process.stderr.write('LOADED ' + url + '\\n'), next(url, context)) });`;

test('a service on SQLite loads the client of no server: start and memory do not pay for it', async () => {
  const node = ['--import', `data:text/javascript,${encodeURIComponent(watcher)}`];
  const service = await startService({ folder: temporaryFolder(), node });
  const loaded = service.written.errors.split('\n').filter((line) => line.startsWith('LOADED '));
  expect(loaded.some((line) => line.includes('/store-sqlite/'))).toBe(true);
  expect(loaded.filter((line) => /\/(?:store-postgres|store-redis|pg|ioredis)\//.test(line))).toEqual([]);
  service.signal('SIGTERM');
  expect(await service.ended).toBe(0);
});

test.each([
  ['postgres://127.0.0.1/none?timeoutSeconds=soon', 'timeoutSeconds is a number'],
  ['postgres://127.0.0.1/none?preparedStatements=maybe', 'preparedStatements is true or false'],
  ['redis://127.0.0.1/0?durability=maybe', 'durability is'],
  ['redis://u:hunter2@127.0.0.1/0?cluster=maybe', 'The URL of a Redis store'],
])('an option that the store refuses is a wrong setting: %s', async (text, words) => {
  const opening = openStore(parseStoreLocation(text, '/'));
  await expect(opening).rejects.toMatchObject({
    code: 'service/setting',
    message: expect.stringContaining(words),
  });
  await expect(opening).rejects.not.toMatchObject({ message: expect.stringContaining('hunter2') });
});
