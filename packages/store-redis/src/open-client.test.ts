import { Cluster, Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { duplicateClient, openClient } from './open-client.ts';

const urls = ['redis://127.0.0.1:1', 'redis://127.0.0.1:1/?cluster=true', 'rediss://db'];

test('B6 nothing is sent again by itself, whatever the client of the application is set to', () => {
  const resending = {
    autoResendUnfulfilledCommands: true,
    maxRetriesPerRequest: 20,
    reconnectOnError: (): 2 => 2,
  } as const;
  const redis = new Redis({ ...resending, lazyConnect: true });
  const cluster = new Cluster(['127.0.0.1'], {
    lazyConnect: true,
    retryDelayOnFailover: 100,
    scaleReads: 'slave',
    redisOptions: { ...resending, password: 'kept' },
  });
  const clients = [
    ...urls.map((url) => openClient(url, 5)),
    ...[redis, cluster].map((client) => duplicateClient(client, 5)),
  ];
  for (const client of clients as unknown as (Redis | Cluster)[]) {
    const { options } = client;
    const ofNodes = client instanceof Cluster ? client.options.redisOptions : client.options;
    expect(ofNodes).toMatchObject({
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      reconnectOnError: null,
    });
    if (client instanceof Cluster)
      expect(options).toMatchObject({ retryDelayOnFailover: 0, scaleReads: 'master' });
  }
  expect(clients.at(-1)).toMatchObject({ options: { redisOptions: { password: 'kept' } } });
});

test('TLS is asked for where the URL says so, and a cluster is then called by the names of its nodes', () => {
  expect(openClient('rediss://u:p@db.example', 5)).toMatchObject({
    options: { tls: {}, host: 'db.example', username: 'u', password: 'p' },
  });
  const { options } = openClient('valkeys://one,two/?cluster=true', 5) as unknown as Cluster;
  expect(options.redisOptions).toMatchObject({ tls: {} });
  options.dnsLookup!('one', (error, address) => expect([error, address]).toEqual([null, 'one']));
});
