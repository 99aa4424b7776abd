// Commits one version of an account after another, and says so on standard output once the store has answered.
//   commit-and-say.ts PATH COUNT
import { writeSync } from 'node:fs';
import { sqliteStore } from '@tidelock/store-sqlite';

const [path = ':memory:', count = '1'] = process.argv.slice(2);
const store = sqliteStore(path);
const accepted = { kind: 'verification-accepted', salt: '', bodyHash: '', link: '' } as const;
const id = { tenant: 'acme', account: 'alice' };

const [stored] = await store.load([id]);
const first = stored?.version ?? 0;
for (let version = first; version < first + Number(count); version++) {
  const event = { ...id, ...accepted, sequence: version + 1, at: version };
  const record = `version ${version + 1} ${'x'.repeat(1_500)}`;
  const [result] = await store.commit([
    { id, expectedVersion: version, record, events: [event], messages: [] },
  ]);
  writeSync(1, `${result} ${version + 1}\n`);
}
