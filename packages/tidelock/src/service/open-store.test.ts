import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test-programs/run-command.ts';
import { startService } from '../../test-programs/start-service.ts';

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
