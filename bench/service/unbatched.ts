import { randomBytes } from 'node:crypto';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { openPool } from '../../packages/store-postgres/src/open-pool.ts';
import type { PostgresClient } from '../../packages/store-postgres/src/pool.ts';
import type { RunningEngine } from '../../test/service/store-engines.ts';
import { load } from './load.ts';
import type { UnbatchedRow } from './results.ts';

/** As many bytes as the record of somebody enrolled has. */
const recordBytes = 700;
const accounts = 20_000;
const httpConnections = 64;
const update = {
  name: 'cas',
  text: 'UPDATE unbatched SET version = version + 1, record = $3 WHERE id = $1 AND version = $2 RETURNING version',
};

/**
 * What PostgreSQL does where each request writes by itself: one conditional update and its commit at a time on each connection, first as
 * fast as it goes, then behind node:http, once for each request.
 */
export async function measureUnbatched(
  engine: RunningEngine,
  { connections, seconds }: { readonly connections: readonly number[]; readonly seconds: number },
): Promise<UnbatchedRow[]> {
  const url = new URL(engine.newStore());
  url.search = '';
  await makeTable(url.href);
  const table = new Rows();
  const rows: UnbatchedRow[] = [];
  for (const count of connections) {
    const clients = await Promise.all(Array.from({ length: count }, () => connect(url.href)));
    try {
      await loop(clients, table, 1);
      const perSecond = await loop(clients, table, seconds);
      rows.push({ connections: count, perSecond, servedPerSecond: await serve(clients, table, seconds) });
    } finally {
      for (const { end } of clients) await end();
    }
  }
  return rows;
}

interface Connection {
  readonly client: PostgresClient;
  end(): Promise<void>;
}

async function connect(url: string): Promise<Connection> {
  const pool = openPool(url, { connections: 1, timeoutSeconds: 5 });
  const client = await pool.connect();
  return {
    client,
    async end() {
      client.release();
      await pool.end();
    },
  };
}

async function makeTable(url: string): Promise<void> {
  const { client, end } = await connect(url);
  await client.query({ text: 'DROP TABLE IF EXISTS unbatched' });
  await client.query({
    text: 'CREATE TABLE unbatched (id int PRIMARY KEY, version int NOT NULL, record bytea NOT NULL) WITH (fillfactor = 70)',
  });
  await client.query({
    text: 'INSERT INTO unbatched SELECT id, 0, $1 FROM generate_series(0, $2::int - 1) AS id',
    values: [randomBytes(recordBytes), accounts],
  });
  await client.query({ text: 'VACUUM ANALYZE unbatched' });
  await end();
}

/** Of the rows, each connection has its own, so that no update meets another. */
class Rows {
  readonly #versions = new Map<number, number>();
  readonly #record = randomBytes(recordBytes);
  #turn = 0;

  async write({ client }: Connection, place: number, count: number): Promise<void> {
    this.#turn += 1;
    const id = (((this.#turn * 7_919) % Math.floor(accounts / count)) * count + place) % accounts;
    const version = this.#versions.get(id) ?? 0;
    const { rows } = await client.query({ ...update, values: [id, version, this.#record] });
    if (rows.length !== 1) throw new Error('A conditional update met another.');
    this.#versions.set(id, version + 1);
  }
}

async function loop(clients: readonly Connection[], rows: Rows, seconds: number): Promise<number> {
  const start = performance.now();
  const until = start + seconds * 1000;
  let done = 0;
  await Promise.all(
    clients.map(async (connection, place) => {
      for (; performance.now() < until; done += 1) await rows.write(connection, place, clients.length);
    }),
  );
  return done / ((performance.now() - start) / 1000);
}

/** One write a request; requests wait for a free connection. */
async function serve(clients: readonly Connection[], rows: Rows, seconds: number): Promise<number> {
  const free = clients.map((_, place) => place);
  const waiting: ((place: number) => void)[] = [];
  const writeOne = async (): Promise<void> => {
    const place = free.pop() ?? (await new Promise<number>((go) => waiting.push(go)));
    await rows.write(clients[place]!, place, clients.length);
    const next = waiting.shift();
    if (next === undefined) free.push(place);
    else next(place);
  };
  const answer = async (response: ServerResponse): Promise<void> => {
    await writeOne();
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': 22 });
    response.end('{"outcome":"accepted"}');
  };
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => void answer(response));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const requests = [{ path: '/', body: '{}' }];
  const common = {
    url,
    headers: {},
    connections: httpConnections,
    requests,
    expected: '"accepted"',
  } as const;
  const { perSecond } = await load({ ...common, seconds, onLast: 'again' });
  await close(server);
  return perSecond;
}

async function close(server: Server): Promise<void> {
  // What is in flight gives its connection back first.
  await pause(200);
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}
