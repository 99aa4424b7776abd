import { describe, expect, test } from 'vitest';
import { ServiceError } from '../service-error.ts';
import { describeStore, parseStoreLocation } from './store-location.ts';

const shown = (text: string): string => describeStore(parseStoreLocation(text, '/srv'));

test.each([
  ['sqlite:data/tidelock.db', '/srv/data/tidelock.db'],
  ['postgres://db.example/tidelock', 'postgres://db.example/tidelock'],
  ['postgres://tidelock@db.example:5433/tidelock', 'postgres://tidelock@db.example:5433/tidelock'],
  ['postgres://u:hunter2@one:5433,two/tidelock', 'postgres://u:***@one:5433,two/tidelock'],
  ['postgres:///tidelock?host=%2Fvar%2Frun%2Fpostgresql', 'postgres:///tidelock'],
  ['postgresql://u:hunter2@db.example/tidelock', 'postgresql://u:***@db.example/tidelock'],
  ['postgres://u:a%40b%2Fc@db.example/tidelock', 'postgres://u:***@db.example/tidelock'],
  ['postgres://u@db.example/tidelock?password=hunter2', 'postgres://u@db.example/tidelock'],
  [
    'postgres://u:hunter2@db.example/a?schema=shop&sslmode=require',
    'postgres://u:***@db.example/a?schema=shop',
  ],
  ['redis://:hunter2@cache.example', 'redis://***@cache.example'],
  ['redis://hunter2@cache.example', 'redis://***@cache.example'],
  ['rediss://u:hunter2@one:6379,two:6379/?cluster=true', 'rediss://***@one:6379,two:6379/'],
  ['valkey://cache.example/3?prefix=shop&timeoutSeconds=2', 'valkey://cache.example/3?prefix=shop'],
])('C16 %s is shown as %s', (text, expected) => {
  expect(shown(text)).toBe(expected);
});

test('the schema is for the store, and everything else of a URL for the driver', () => {
  const text = 'postgres://u:hunter2@db.example/a?schema=shop&sslmode=verify-full';
  expect(parseStoreLocation(text, '/srv')).toEqual({
    kind: 'postgres',
    url: 'postgres://u:hunter2@db.example/a?sslmode=verify-full',
    options: { schema: 'shop' },
  });
  const bare = parseStoreLocation(
    'postgres://db.example/a?timeoutSeconds=2&preparedStatements=false',
    '/srv',
  );
  expect(bare).toEqual({
    kind: 'postgres',
    url: 'postgres://db.example/a',
    options: { timeoutSeconds: 2, preparedStatements: false },
  });
});

test('the options of a Redis store are taken out of its URL, and the driver gets the rest', () => {
  const text = 'redis://one,two/?cluster=true&prefix=shop&replicas=1&durability=always';
  expect(parseStoreLocation(text, '/srv')).toEqual({
    kind: 'redis',
    url: 'redis://one,two/?cluster=true',
    options: { prefix: 'shop', replicas: 1, durability: 'always' },
  });
});

describe('C16 what is no location is refused, and never repeated: a password that is not encoded is somewhere in it', () => {
  test.each([
    'postgres://u:hunter2#1@db.example/a',
    'postgres://u:hunter2/1@db.example/a',
    'postgres://u:12/hunter2@db.example/a',
    'postgres://u:12?hunter2@db.example/a',
    'postgres://u:12#hunter2@db.example/a',
    'postgres:hunter2',
    'postgres://u:hunter2@one,/a',
    'postgres:///hunter2',
    'mysql://u:hunter2@db.example/a',
    'hunter2',
    'postgres://u:hunter2@db.example/LONG',
  ])('%s', (form) => {
    const text = form.replace('LONG', 'a'.repeat(5_000));
    let error: unknown;
    try {
      parseStoreLocation(text, '/srv', 'FROM');
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(ServiceError);
    expect(error).toMatchObject({
      code: 'service/setting',
      message: expect.stringContaining('FROM has the form'),
    });
    expect((error as Error).message).not.toContain('hunter2');
  });
});
