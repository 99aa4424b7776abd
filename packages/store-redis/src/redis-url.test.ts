import { expect, test } from 'vitest';
import { parseRedisUrl } from './redis-url.ts';

const plain = { isCluster: false, username: '', password: '', database: 0, hasTls: false };

test('a URL says server, user, password, database and whether there is TLS', () => {
  expect(parseRedisUrl('redis://db')).toEqual({ ...plain, hosts: [{ host: 'db', port: 6379 }] });
  expect(parseRedisUrl('rediss://u%40x:p%3Aq:r@db.example:7000/12')).toEqual({
    hosts: [{ host: 'db.example', port: 7000 }],
    isCluster: false,
    username: 'u@x',
    password: 'p:q:r',
    database: 12,
    hasTls: true,
  });
  expect(parseRedisUrl('valkey://:secret@[::1]:7000/')).toEqual({
    ...plain,
    password: 'secret',
    hosts: [{ host: '::1', port: 7000 }],
  });
  expect(parseRedisUrl('valkeys://db').hasTls).toBe(true);
});

test('a URL of a cluster names some of its nodes', () => {
  expect(parseRedisUrl('redis://a:7000,b,[::1]:7002/?cluster=true')).toEqual({
    ...plain,
    isCluster: true,
    hosts: [
      { host: 'a', port: 7000 },
      { host: 'b', port: 6379 },
      { host: '::1', port: 7002 },
    ],
  });
  expect(parseRedisUrl('redis://a?cluster=true').isCluster).toBe(true);
});

test('A9 what is no such URL is a RangeError, and its message does not repeat it', () => {
  for (const url of [
    '',
    'db',
    'http://hunter2@db',
    'redis://',
    'redis://hunter2@',
    'redis://a,b',
    'redis://a:0',
    'redis://a:70000',
    'redis://a:b:c',
    'redis://::1',
    'redis://a/x',
    'redis://a/1?cluster=true',
    'redis://a?maxRetriesPerRequest=20',
    'redis://a?cluster=false',
    'redis://a#hunter2',
    'redis://u:%ff@a',
  ]) {
    expect(() => parseRedisUrl(url), url).toThrow(RangeError);
    expect(() => parseRedisUrl(url)).toThrow(/^(?!.*hunter2)/);
  }
});
