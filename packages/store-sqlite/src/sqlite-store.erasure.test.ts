import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AccountChange, AccountStore, AuditEvent } from '@tidelock/engine';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../test-programs/temporary-folder.ts';
import { sqliteStore } from './sqlite-store.ts';

const people = 40;
/** Longer than a page holds: the end of it stands in pages of its own. */
const longRecord = 9_000;

function eventsOf(account: string, first: number, count: number): AuditEvent[] {
  return Array.from({ length: count }, (_, index) => ({
    tenant: 'acme',
    account,
    sequence: first + index,
    at: 1_700_000_000 + first + index,
    kind: 'unlocked',
    note: `canary-of-${account}-event`,
    salt: 'salt',
    bodyHash: `hash-${account}-${first + index}`,
    link: 'link',
  }));
}

async function fill(store: AccountStore): Promise<void> {
  for (let version = 0; version < 6; version++) {
    const changes = Array.from({ length: people }, (_, place): AccountChange => {
      const account = `user-${place}`;
      const message = { id: `${account} ${version}`, channel: 'email', dueAt: 1, expiresAt: 9e9 };
      return {
        id: { tenant: 'acme', account },
        expectedVersion: version,
        // Now longer, now shorter, so that pages are freed and used again.
        record: `canary-of-${account}-record `.repeat(version % 2 === 0 ? longRecord / 25 : 20),
        events: eventsOf(account, version * 5 + 1, 5),
        messages: [
          {
            ...message,
            accountId: { tenant: 'acme', account },
            payload: `canary-of-${account}-mail`.repeat(300),
          },
        ],
      };
    });
    await store.commit(changes);
  }
}

function openFile() {
  const path = join(temporaryFolder(), 'tidelock.db');
  const store = sqliteStore(path);
  onTestFinished(() => store.close());
  const found = (word: string) =>
    [path, `${path}-wal`].some((file) => existsSync(file) && readFileSync(file).includes(word));
  return { store, found };
}

test('C16 after an erasure neither the file nor its log has a word of what was erased, and all of what was not', async () => {
  const { store, found } = openFile();
  await fill(store);
  const erased = ['user-0', 'user-17', `user-${people - 1}`];
  for (const account of erased) {
    expect(found(`canary-of-${account}-`)).toBe(true);
    await store.commit([
      {
        id: { tenant: 'acme', account },
        expectedVersion: 6,
        record: '{}',
        events: [],
        messages: [],
        erasedAt: 1_800_000_000,
      },
    ]);
    for (const what of ['record', 'event', 'mail'])
      expect([account, what, found(`canary-of-${account}-${what}`)]).toEqual([account, what, false]);
    expect(found(`hash-${account}-1`)).toBe(true);
  }
  for (const what of ['record', 'event', 'mail']) expect(found(`canary-of-user-5-${what}`)).toBe(true);
});

test('LOG-10 after a pruning neither the file nor its log has the events that were pruned', async () => {
  const { store, found } = openFile();
  await fill(store);
  const change = { id: { tenant: 'acme', account: 'user-3' }, record: '{}', messages: [] };
  await store.commit([{ ...change, expectedVersion: 6, events: [], prunedThrough: 29 }]);
  expect([1, 29].map((sequence) => found(`"hash-user-3-${sequence}"`))).toEqual([false, false]);
  expect(found('"hash-user-3-30"')).toBe(true);
});
