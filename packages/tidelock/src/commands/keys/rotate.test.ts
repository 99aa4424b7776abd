import { createTidelock, keyRing } from '@tidelock/engine';
import { sqliteStore } from '@tidelock/store-sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { hasTerminal, onTerminal } from '../../../test-programs/on-terminal.ts';
import { gather, temporaryFolder, tidelock } from '../../../test-programs/run-command.ts';
import { newKey } from '../../service/keys-file.ts';

const [oldKey, nextKey] = [newKey('old'), newKey('next')];
const both = `${nextKey},${oldKey}`;

/** A store of the old key, with pending factors of these accounts. */
async function openFolder(accounts: readonly string[]) {
  const folder = temporaryFolder();
  const run = (args: readonly string[], keys = both) =>
    tidelock(args, { folder, environment: { TIDELOCK_KEYS: keys } });
  expect((await run(['init'], oldKey)).status).toBe(0);
  const store = sqliteStore(`${folder}/data/tidelock.db`);
  onTestFinished(() => store.close());
  const engine = createTidelock({ issuer: 'Acme', store, keys: keyRing(oldKey) });
  for (const account of accounts) await engine.totp.enroll(account, { accountName: account });
  const json = async (args: readonly string[], keys = both) => {
    const { status, output } = await run([...args, '--json'], keys);
    return { status, ...(JSON.parse(output) as object) };
  };
  return { folder, store, run, json };
}

test('B05 keys rotate and keys status: what is sealed by which key, and which key may be dropped', async () => {
  const { run, json } = await openFolder(['alice', 'bob', 'carol']);
  expect(await json(['keys', 'status'])).toMatchObject({
    keys: [
      { id: 'next', standing: 'new', sealed: {}, mayBeDropped: false },
      { id: 'old', standing: 'known', sealed: { secrets: 3 }, mayBeDropped: false },
    ],
  });
  expect(await json(['keys', 'rotate'])).toMatchObject({ status: 3, error: { code: 'keys/not-rolled-out' } });
  expect(await json(['keys', 'rotate', '--offline'])).toEqual({
    status: 0,
    sealingKey: 'next',
    accounts: 3,
    resealed: 3,
    retired: ['old'],
    overtaken: false,
    sealed: [{ id: 'next', total: 3, secrets: 3 }],
    faultCount: 0,
    faults: [],
  });
  expect(await json(['keys', 'status'])).toMatchObject({
    status: 0,
    keys: [
      { id: 'next', sealed: { secrets: 3 }, mayBeDropped: false },
      { id: 'old', standing: 'retired', sealed: {}, mayBeDropped: true },
    ],
    missing: [],
  });
  const again = await run(['keys', 'rotate']);
  expect(again).toMatchObject({ status: 0, output: '0 values of 3 accounts were sealed anew by "next".\n' });
  expect(await json(['keys', 'status'], nextKey)).toMatchObject({ status: 0, missing: [], lost: [] });
  expect((await run(['keys', 'status'])).output).toMatch(/old +opens +retired by a rotation +0 +yes/);
});

test('C17 C18 what cannot be read is told with status 3 and left as it is; the rest is done, and the key stays', async () => {
  const { store, run, json } = await openFolder(['alice', 'bob', 'carol']);
  const ids = ['alice', 'bob'].map((account) => ({ tenant: 'default', account }));
  const stored = await store.load(ids);
  const secrets = stored.map((entry) => /"sealedSecret":"([^"]+)"/.exec(entry!.record!)![1]!);
  await store.commit(
    stored.map((entry, place) => ({
      id: entry!.id,
      expectedVersion: entry!.version,
      record: entry!.record!.replace(secrets[place]!, secrets[1 - place]!),
      events: [],
      messages: [],
    })),
  );
  expect(await json(['keys', 'rotate', '--offline'])).toMatchObject({
    status: 3,
    resealed: 1,
    retired: [],
    faultCount: 2,
    faults: [
      { tenant: 'default', account: 'alice', code: 'vault/open-failed' },
      { tenant: 'default', account: 'bob', code: 'vault/open-failed' },
    ],
  });
  expect(await json(['keys', 'status'])).toMatchObject({
    keys: [{ id: 'next' }, { id: 'old', sealed: { secrets: 2 }, mayBeDropped: false }],
    faultCount: 2,
  });
  const without = await run(['keys', 'status'], nextKey);
  expect(without.errors).toContain('The key "old" has sealed 2 values and is not here');
  const keyBytes = [oldKey, nextKey].map((key) => key.split(':')[1]!);
  for (const bytes of keyBytes) expect(without.output + without.errors).not.toContain(bytes);
});

test.runIf(hasTerminal)('on a terminal a line says how far it is, and is gone at the end', async () => {
  const { folder } = await openFolder(['alice']);
  const run = await gather(
    onTerminal(`keys rotate --offline`, {
      TIDELOCK_KEYS: both,
      TIDELOCK_STORE: `sqlite:${folder}/data/tidelock.db`,
    }),
  );
  expect(run.output).toContain('walk 1: 1 accounts, 1 values sealed anew');
  expect(run.output).toContain('walk 2: 1 accounts, 1 values sealed anew\r\u001b[K1 values of 1 accounts');
});
