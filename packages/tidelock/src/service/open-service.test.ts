import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { keyRing } from '@tidelock/engine';
import { sqliteStore } from '@tidelock/store-sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../../test-programs/run-command.ts';
import { beginFirstRun, beginStore, endFirstRun } from './first-run.ts';
import { newKey } from './keys-file.ts';
import { initialiseService, openService, type Service } from './open-service.ts';
import { readSettings, type Environment } from './settings.ts';

const apiKey = 'tlk_given-by-the-operator-0123456789';

async function open(folder: string, environment: Environment = {}): Promise<Service> {
  const service = await openService({ environment, folder });
  onTestFinished(() => service.close());
  return service;
}

const refusal = async (
  folder: string,
  environment: Environment = {},
): Promise<{ code: string; message: string }> =>
  openService({ environment, folder }).then(
    async (service) => {
      await service.close();
      throw new Error('It started.');
    },
    (error: unknown) => error as { code: string; message: string },
  );

const modeOf = (path: string): number => statSync(path).mode & 0o777;

describe('a first run', () => {
  test('with neither keys nor data, both are made, and an API key of every scope', async () => {
    const folder = temporaryFolder();
    const { firstRun, tidelock, notices } = await open(folder);
    expect(firstRun).toEqual({
      apiKey: expect.stringMatching(/^tlk_[A-Za-z0-9_-]{43}$/),
      keysPath: join(folder, 'data/keys'),
      store: join(folder, 'data/tidelock.db'),
      resumed: false,
    });
    expect(notices).toEqual([]);
    expect(await tidelock.directory.authenticate(firstRun!.apiKey!)).toMatchObject({
      tenant: 'default',
      scopes: ['verify', 'manage', 'read', 'admin'],
    });
    expect(keyRing(readFileSync(join(folder, 'data/keys'), 'utf8')).keys).toHaveLength(1);
  });

  test('keys and data are for their owner alone, and nothing else is left', async () => {
    const folder = temporaryFolder();
    await (await open(folder)).close();
    expect(modeOf(join(folder, 'data'))).toBe(0o700);
    for (const name of ['keys', 'tidelock.db']) expect(modeOf(join(folder, 'data', name))).toBe(0o600);
    expect(readdirSync(join(folder, 'data')).filter((name) => !name.startsWith('tidelock.db'))).toEqual([
      'keys',
    ]);
  });

  test('the next start makes nothing, and the key is not shown again', async () => {
    const folder = temporaryFolder();
    const first = await open(folder);
    await first.close();
    const second = await open(folder);
    expect(second.firstRun).toBeNull();
    expect(await second.tidelock.directory.authenticate(first.firstRun!.apiKey!)).not.toBeNull();
    expect(await second.tidelock.directory.listApiKeys()).toHaveLength(1);
  });

  test('TIDELOCK_API_KEY is adopted in place of a new one, and again at every start', async () => {
    const folder = temporaryFolder();
    const first = await open(folder, { TIDELOCK_API_KEY: apiKey });
    expect(first.firstRun?.apiKey).toBeNull();
    const second = await open(folder, { TIDELOCK_API_KEY: apiKey });
    expect(await second.tidelock.directory.authenticate(apiKey)).toMatchObject({ tenant: 'default' });
    expect(await second.tidelock.directory.listApiKeys()).toHaveLength(1);
  });

  test('two processes at once end in the same keys and the same API key', async () => {
    const folder = temporaryFolder();
    const services = await Promise.all([open(folder), open(folder), open(folder)]);
    const shown = services.flatMap(({ firstRun }) => (firstRun === null ? [] : [firstRun.apiKey]));
    expect(new Set(shown).size).toBe(1);
    expect(await services[0].tidelock.directory.listApiKeys()).toHaveLength(1);
    expect(readdirSync(join(folder, 'data'))).not.toContain('keys.first-run');
    await (await open(folder)).close();
  });
});

describe('a first run that broke off is carried on, wherever it was', () => {
  const settingsOf = (folder: string) => readSettings({}, folder);

  test.each(['after the note', 'after the store', 'after the API key', 'after the keys file'])(
    '%s',
    async (where) => {
      const folder = temporaryFolder();
      const settings = settingsOf(folder);
      const { note, keys } = (await beginFirstRun(settings, null))!;
      if (where !== 'after the note') {
        const store = sqliteStore(join(folder, 'data/tidelock.db'));
        await beginStore(store, keyRing(keys));
        await store.close();
      }
      if (where === 'after the API key' || where === 'after the keys file') {
        // A whole run, of which everything after the API key is taken back.
        await (await open(folder)).close();
        rmSync(settings.keysPath);
        await beginFirstRunAgain(folder, note);
      }
      if (where === 'after the keys file') writeFileSync(settings.keysPath, `${keys}\n`, { mode: 0o600 });
      const service = await open(folder);
      expect(service.firstRun).toMatchObject({ apiKey: note.apiKey, resumed: true });
      expect(await service.tidelock.directory.authenticate(note.apiKey!)).not.toBeNull();
      expect(await service.tidelock.directory.listApiKeys()).toHaveLength(1);
      expect(readFileSync(settings.keysPath, 'utf8')).toBe(`${keys}\n`);
      expect(existsSync(`${settings.keysPath}.first-run`)).toBe(false);
      expect((await open(folder)).firstRun).toBeNull();
    },
  );

  test('the keys that TIDELOCK_KEYS gave are in no note, and no note is for keys that are gone', async () => {
    const folder = temporaryFolder();
    const TIDELOCK_KEYS = newKey();
    const settings = readSettings({ TIDELOCK_KEYS }, folder);
    await beginFirstRun(settings, TIDELOCK_KEYS);
    expect(readFileSync(`${settings.keysPath}.first-run`, 'utf8')).not.toContain(TIDELOCK_KEYS.split(':')[1]);
    const { code, message } = await refusal(folder);
    expect([code, message]).toEqual([
      'service/first-run-unclear',
      expect.stringContaining('set TIDELOCK_KEYS'),
    ]);
    const resumed = await initialiseService({ environment: { TIDELOCK_KEYS }, folder });
    expect(resumed).toMatchObject({ resumed: true, keysPath: null });
    expect((await open(folder, { TIDELOCK_KEYS })).firstRun).toBeNull();
  });

  test('a note that is damaged, or of other keys than there are, stops the start and says where it is', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'data'));
    writeFileSync(join(folder, 'data/keys.first-run'), '{"keys":"k:secret');
    const damaged = await refusal(folder);
    expect(damaged.code).toBe('service/first-run-unclear');
    expect(damaged.message).not.toContain('secret');
    rmSync(join(folder, 'data'), { recursive: true });
    const settings = settingsOf(folder);
    await beginFirstRun(settings, null);
    writeFileSync(settings.keysPath, newKey());
    expect((await refusal(folder)).message).toContain('other keys');
  });

  test('a keys file of other keys is never overwritten', async () => {
    const folder = temporaryFolder();
    const settings = settingsOf(folder);
    const { note } = (await beginFirstRun(settings, null))!;
    writeFileSync(settings.keysPath, 'somebody’s');
    await expect(endFirstRun(settings, note)).rejects.toThrow('other keys');
    expect(readFileSync(settings.keysPath, 'utf8')).toBe('somebody’s');
  });
});

async function beginFirstRunAgain(folder: string, note: object): Promise<void> {
  writeFileSync(join(folder, 'data/keys.first-run'), JSON.stringify(note), { mode: 0o600 });
}

describe('C17 it refuses to start', () => {
  test('with keys in a file and an empty store: a lost database would let everybody in', async () => {
    const folder = temporaryFolder();
    await (await open(folder)).close();
    for (const name of readdirSync(join(folder, 'data')))
      if (name.startsWith('tidelock.db')) rmSync(join(folder, 'data', name));
    const { code, message } = await refusal(folder);
    expect([code, message]).toEqual(['store/not-initialised', expect.stringContaining('tidelock init')]);
    expect(readdirSync(join(folder, 'data'))).toEqual(['keys']);
  });

  test('with keys in the environment and an empty store', async () => {
    const folder = temporaryFolder();
    const { code, message } = await refusal(folder, { TIDELOCK_KEYS: newKey() });
    expect([code, message]).toEqual(['store/not-initialised', expect.stringContaining('tidelock init')]);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('with a store file that holds nothing', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'empty.db'), '');
    const environment = { TIDELOCK_KEYS: newKey(), TIDELOCK_STORE: 'sqlite:empty.db' };
    expect((await refusal(folder, environment)).code).toBe('store/not-initialised');
  });

  test('with the keys of another store', async () => {
    const folder = temporaryFolder();
    await (await open(folder)).close();
    expect(await refusal(folder, { TIDELOCK_KEYS: newKey() })).toMatchObject({
      code: 'keys/not-of-this-store',
    });
    const id = readFileSync(join(folder, 'data/keys'), 'utf8').split(':')[0]!;
    expect((await refusal(folder, { TIDELOCK_KEYS: newKey(id) })).message).toContain(
      'another one under the same id',
    );
  });

  test('with data and without keys', async () => {
    const folder = temporaryFolder();
    await (await open(folder)).close();
    renameSync(join(folder, 'data/keys'), join(folder, 'keys'));
    const { code, message } = await refusal(folder);
    expect([code, message]).toEqual(['service/keys-missing', expect.stringContaining('tidelock init')]);
    expect(existsSync(join(folder, 'data/keys'))).toBe(false);
    renameSync(join(folder, 'keys'), join(folder, 'data/keys'));
    expect((await open(folder)).firstRun).toBeNull();
  });

  test('with keys that are none, and without showing them', async () => {
    const folder = temporaryFolder();
    const { code, message } = await refusal(folder, { TIDELOCK_KEYS: 'k:c2VjcmV0' });
    expect(code).toMatch(/^keys\/malformed$|^store\/not-initialised$/);
    expect(message).not.toContain('c2VjcmV0');
  });

  test('with a database that is none', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'data'));
    writeFileSync(join(folder, 'data/tidelock.db'), 'Dear diary, this is no database.'.repeat(200));
    expect((await refusal(folder)).code).toBe('store/not-a-database');
  });
});

describe('tidelock init', () => {
  test('begins a new store for keys that there are', async () => {
    const folder = temporaryFolder();
    const environment = { TIDELOCK_KEYS: newKey() };
    const { apiKey: shown, keysPath } = await initialiseService({ environment, folder });
    expect(keysPath).toBeNull();
    expect(existsSync(join(folder, 'data/keys'))).toBe(false);
    const { tidelock } = await open(folder, environment);
    expect(await tidelock.directory.authenticate(shown!)).not.toBeNull();
  });

  test('refuses where there is data, and changes nothing', async () => {
    const folder = temporaryFolder();
    await (await open(folder)).close();
    await expect(initialiseService({ environment: {}, folder })).rejects.toMatchObject({
      code: 'store/already-initialised',
    });
    expect((await open(folder)).firstRun).toBeNull();
  });

  test('begins a new store beside the keys file of a lost one', async () => {
    const folder = temporaryFolder();
    await (await open(folder)).close();
    const keys = readFileSync(join(folder, 'data/keys'), 'utf8');
    for (const name of readdirSync(join(folder, 'data')))
      if (name.startsWith('tidelock.db')) rmSync(join(folder, 'data', name));
    await initialiseService({ environment: {}, folder });
    expect(readFileSync(join(folder, 'data/keys'), 'utf8')).toBe(keys);
    expect((await open(folder)).firstRun).toBeNull();
  });
});

test('what an operator should know is said', async () => {
  const folder = temporaryFolder();
  await (await open(folder)).close();
  chmodSync(join(folder, 'data/keys'), 0o644);
  const service = await open(folder, { TIDELOCK_KEY: 'misspelt' });
  const [{ keyId }] = (await service.tidelock.directory.listApiKeys()) as unknown as [{ keyId: string }];
  expect(service.notices).toEqual([
    'Tidelock reads no variable TIDELOCK_KEY: look whether it is misspelt.',
    expect.stringContaining('chmod 600'),
  ]);
  await service.tidelock.directory.revokeApiKey(keyId);
  const [, , notice] = (await open(folder, { TIDELOCK_KEY: 'misspelt' })).notices;
  expect(notice).toContain('tidelock api-key new');
});

test('S28 a service looks at its clock: one that is behind the log of its store is named', async () => {
  const folder = temporaryFolder();
  const service = await open(folder);
  const { clock } = service.tidelock;
  const store = sqliteStore(join(folder, 'data/tidelock.db'));
  onTestFinished(() => store.close());
  const id = { tenant: 'default', account: 'alice' };
  const event = { ...id, kind: 'unlocked', sequence: 1, at: clock.now() + 3600 } as const;
  const events = [{ ...event, salt: 'salt', bodyHash: 'hash', link: 'link' }];
  await store.commit([{ id, expectedVersion: 0, record: '{}', events, messages: [] }]);
  const warnings: object[] = [];
  service.startClockWatch({ info: () => undefined, warn: (fields) => void warnings.push(fields) });
  await expect.poll(() => warnings).toContainEqual({ warning: 'clock-behind-log' });
});
