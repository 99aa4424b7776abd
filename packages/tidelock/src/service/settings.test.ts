import { describe, expect, test } from 'vitest';
import { ServiceError } from '../service-error.ts';
import { readSettings } from './settings.ts';

test('the defaults are those of the manual', () => {
  expect(readSettings({}, '/srv')).toEqual({
    host: '127.0.0.1',
    port: null,
    store: { kind: 'sqlite', path: '/srv/data/tidelock.db' },
    keys: null,
    keysPath: '/srv/data/keys',
    vault: null,
    apiKey: null,
    issuer: 'Tidelock',
    profile: 'default',
    trustProxy: false,
    keyRate: null,
    logLevel: 'info',
    drainSeconds: 0,
    auditDays: null,
    mail: null,
    unknownNames: [],
  });
});

test('a variable that is empty counts as not set', () => {
  const names = ['PORT', 'HOST', 'TIDELOCK_STORE', 'TIDELOCK_KEYS', 'TIDELOCK_API_KEY', 'TIDELOCK_ISSUER'];
  const empty = Object.fromEntries(names.map((name) => [name, ' ']));
  expect(readSettings(empty, '/srv')).toEqual(readSettings({}, '/srv'));
});

test('the keys file stands beside the store', () => {
  const settings = readSettings({ TIDELOCK_STORE: 'sqlite:/var/lib/tidelock/a.db' }, '/srv');
  expect(settings).toMatchObject({
    store: { kind: 'sqlite', path: '/var/lib/tidelock/a.db' },
    keysPath: '/var/lib/tidelock/keys',
  });
});

test.each([
  ['PORT', '0', { port: 0 }],
  ['PORT', '65535', { port: 65_535 }],
  ['HOST', '::1', { host: '::1' }],
  ['HOST', 'tidelock.internal', { host: 'tidelock.internal' }],
  ['TIDELOCK_ISSUER', 'Ärzte & Co', { issuer: 'Ärzte & Co' }],
  ['TIDELOCK_TRUST_PROXY', 'TRUE', { trustProxy: true }],
  ['TIDELOCK_TRUST_PROXY', '0', { trustProxy: false }],
  ['TIDELOCK_KEY_RATE', '1000000', { keyRate: 1_000_000 }],
  ['TIDELOCK_DRAIN_SECONDS', '15', { drainSeconds: 15 }],
  ['TIDELOCK_AUDIT_DAYS', '365', { auditDays: 365 }],
  ['TIDELOCK_LOG_LEVEL', 'Silent', { logLevel: 'silent' }],
])('%s=%s is taken', (name, value, expected) => {
  expect(readSettings({ [name]: value }, '/srv')).toMatchObject(expected);
});

describe('a wrong variable is named, with what is right', () => {
  test.each([
    ['PORT', '65536', 'from 0 to 65535'],
    ['PORT', '-1', 'from 0 to 65535'],
    ['PORT', '3000x', 'from 0 to 65535'],
    ['HOST', 'localhost:3000', 'without a port'],
    ['HOST', 'a b', 'an address'],
    ['HOST', 'a'.repeat(300), 'an address'],
    ['TIDELOCK_STORE', 'data/tidelock.db', 'sqlite:PATH'],
    ['TIDELOCK_AUDIT_DAYS', '0', 'from 1 to 36500'],
    ['TIDELOCK_AUDIT_DAYS', '1.5', 'from 1 to 36500'],
    ['TIDELOCK_DRAIN_SECONDS', '121', 'from 0 to 120'],
    ['TIDELOCK_STORE', 'sqlite:', 'names a file'],
    ['TIDELOCK_STORE', 'sqlite::memory:', 'would forget everybody'],
    ['TIDELOCK_STORE', 'postgres://u:hunter2@db:five/tidelock', 'percent-encoded'],
    ['TIDELOCK_STORE', 'redis://:hunter2@cache:six', 'percent-encoded'],
    ['TIDELOCK_STORE', `sqlite:${'a'.repeat(5000)}`, '4096 characters'],
    ['TIDELOCK_KEYS', 'hunter2'.repeat(500), 'at most 2048'],
    ['TIDELOCK_API_KEY', 'nineteen-characters', '20 to 128 random characters'],
    ['TIDELOCK_API_KEY', 'a'.repeat(40), '20 to 128 random characters'],
    ['TIDELOCK_ISSUER', 'Acme: hunter2', 'neither a colon'],
    ['TIDELOCK_ISSUER', 'a'.repeat(65), '1 to 64'],
    ['TIDELOCK_PROFILE', 'hunter2', 'one of default, strict'],
    ['TIDELOCK_TRUST_PROXY', 'yes', '"true" or "false"'],
    ['TIDELOCK_LOG_LEVEL', 'loud', 'fatal, error, warn'],
    ['TIDELOCK_PUBLIC_URL', 'http://hunter2.example', 'https, or http on this machine'],
    ['TIDELOCK_PUBLIC_URL', 'https://a:hunter2@acme.example', 'https, or http on this machine'],
  ])('%s=%s', (name, value, words) => {
    let error: unknown;
    try {
      readSettings({ [name]: value }, '/srv');
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(ServiceError);
    expect(error).toMatchObject({ code: 'service/setting', message: expect.stringContaining(words) });
    expect((error as Error).message).toContain(name);
    expect((error as Error).message).not.toContain('hunter2');
  });
});
