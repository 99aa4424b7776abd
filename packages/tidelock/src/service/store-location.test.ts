import { describe, expect, test } from 'vitest';
import { ServiceError } from '../service-error.ts';
import { describeStore, parseStoreLocation } from './store-location.ts';

const shown = (text: string): string => describeStore(parseStoreLocation(text, '/srv'));

test.each([
  ['sqlite:data/tidelock.db', '/srv/data/tidelock.db'],
  ['postgres://db.example/tidelock', 'postgres://db.example/tidelock'],
  ['postgres://tidelock@db.example:5433/tidelock', 'postgres://tidelock@db.example:5433/tidelock'],
  ['postgresql://u:hunter2@db.example/tidelock', 'postgresql://u:***@db.example/tidelock'],
  ['postgres://u:a%40b%2Fc@db.example/tidelock', 'postgres://u:***@db.example/tidelock'],
  ['postgres://u@db.example/tidelock?password=hunter2', 'postgres://u@db.example/tidelock'],
  [
    'postgres://u:hunter2@db.example/a?schema=shop&sslmode=require',
    'postgres://u:***@db.example/a?schema=shop',
  ],
])('C16 %s is shown as %s', (text, expected) => {
  expect(shown(text)).toBe(expected);
});

test('the schema is for the store, and everything else of a URL for the driver', () => {
  const text = 'postgres://u:hunter2@db.example/a?schema=shop&sslmode=verify-full';
  expect(parseStoreLocation(text, '/srv')).toEqual({
    kind: 'postgres',
    url: 'postgres://u:hunter2@db.example/a?sslmode=verify-full',
    schema: 'shop',
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
    'postgres:///hunter2',
    `postgres://u:${'hunter2'.repeat(1000)}@db.example/a`,
    'mysql://u:hunter2@db.example/a',
    'hunter2',
  ])('%s', (text) => {
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
