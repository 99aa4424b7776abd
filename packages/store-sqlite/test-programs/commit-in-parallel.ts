// Makes version 1 of an account, then has several calls in flight at once, and prints what became of each.
//   commit-in-parallel.ts PATH [after-first | after-all]
// The last argument says when the file is deleted: after the first commit, or after the calls in flight.
import { rmSync } from 'node:fs';
import { sqliteStore } from '@tidelock/store-sqlite';

const [path = ':memory:', deletion] = process.argv.slice(2);
const store = sqliteStore(path);
const ids = ['alice', 'bob'].map((account) => ({ tenant: 'acme', account }));

const first = await inWords(store.commit([change(0, 0)]));
if (deletion === 'after-first') deleteFile();
const inFlight = await Promise.all([
  inWords(store.commit([change(0, 1), change(1, 7)])),
  inWords(store.load(ids)),
]);
if (deletion === 'after-all') deleteFile();
const versions = await inWords(
  store.load(ids).then((states) => states.map((stored) => stored?.version ?? 0)),
);
const again = await inWords(store.commit([change(1, 0)]));
process.stdout.write(JSON.stringify({ first, inFlight, versions, again }));

function deleteFile(): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${path}${suffix}`, { force: true });
}

function change(index: number, expectedVersion: number) {
  const id = ids[index] ?? { tenant: 'acme', account: 'nobody' };
  return { id, expectedVersion, record: `v${expectedVersion + 1}`, events: [], messages: [] };
}

async function inWords(promise: Promise<unknown>): Promise<unknown> {
  try {
    return await promise;
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : String(error);
  }
}
