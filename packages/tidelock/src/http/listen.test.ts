import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { listen, type FetchHandler, type Listening, type ListenOptions } from './listen.ts';

const host = '127.0.0.1';
const hello: FetchHandler = () => new Response('hello');

async function start(fetch: FetchHandler = hello, more: Partial<ListenOptions> = {}): Promise<Listening> {
  const server = await listen({ fetch, host, port: 0, ...more });
  onTestFinished(async () => void (await server.close(0)));
  return server;
}

/** A connection that is written to by hand. */
async function dial({
  port,
}: Listening): Promise<{ socket: Socket; received: () => string; ended: Promise<unknown> }> {
  const socket = connect(port, host);
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  socket.on('error', () => undefined);
  const ended = once(socket, 'close');
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  return { socket, received: () => text, ended };
}

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;

/** Waits until something is so; the limit is the test's. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}

test('the handler gets the address of the socket', async () => {
  const server = await start((_, { remoteAddress }) => Response.json({ remoteAddress }));
  expect(await (await fetch(server.url)).json()).toEqual({ remoteAddress: host });
});

test('S02 a target that is no plain path is refused: an absolute form could say https, a dot segment leads elsewhere', async () => {
  const server = await start((request) => Response.json({ url: request.url }));
  const bad = ['https://localhost/x', 'http://localhost/x', '/a/../b', '/a/%2E%2e/b', '/a/.', '/..', '*'];
  for (const target of bad) {
    const { socket, received, ended } = await dial(server);
    socket.write(get(target));
    await ended;
    expect(received(), target).toMatch(/^HTTP\/1\.1 400 /);
  }
  for (const path of ['/a/..b/c', '/a/b.', '/a?x=/../y', '/v1/accounts/a%2F..%2Fb']) {
    expect((await fetch(`${server.url}${path}`)).status, path).toBe(200);
  }
});

test('an IPv6 address stands in brackets', async () => {
  const server = await start(hello, { host: '::1' });
  expect(server.url).toBe(`http://[::1]:${server.port}`);
  expect(await (await fetch(server.url)).text()).toBe('hello');
});

describe('the port', () => {
  test('that is set and taken is an error that says what to do', async () => {
    const { port } = await start();
    await expect(listen({ fetch: hello, host, port })).rejects.toMatchObject({
      code: 'service/port-taken',
      message: expect.stringContaining('set PORT to another number'),
    });
  });

  test('that is not set is 3000, or the next free one', async () => {
    const first = await start(hello, { port: null });
    const second = await start(hello, { port: null });
    expect(first.port).toBeGreaterThanOrEqual(3000);
    expect(second.port).toBeGreaterThan(first.port);
    expect(second.port).toBeLessThan(3100);
  });

  test('of an address that is none of this machine is an error that says what to do', async () => {
    await expect(listen({ fetch: hello, host: '192.0.2.1', port: 0 })).rejects.toMatchObject({
      code: 'service/cannot-listen',
      message: expect.stringContaining('set HOST'),
    });
  });
});

describe('limits', () => {
  test('headers that do not come to an end are cut off', async () => {
    const server = await start(hello, { limits: { headersSeconds: 0.2, checkSeconds: 0.1 } });
    const silent = await dial(server);
    const slow = await dial(server);
    slow.socket.write('GET / HTTP/1.1\r\nHost: local');
    await Promise.all([silent.ended, slow.ended]);
    expect(slow.received()).toMatch(/^HTTP\/1\.1 408 /);
  });

  test('headers that are too large are refused', async () => {
    const { ended, received, socket } = await dial(await start());
    socket.write(`GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'a'.repeat(17_000)}\r\n\r\n`);
    await ended;
    expect(received()).toMatch(/^HTTP\/1\.1 431 /);
  });

  test('more connections than allowed are not accepted', async () => {
    const server = await start(hello, { limits: { connectionsMax: 1 } });
    await dial(server);
    const other = await dial(server);
    await other.ended;
    expect(other.received()).toBe('');
  });
});

describe('close', () => {
  test('a request in flight gets its whole answer, with "Connection: close"', async () => {
    let answer: (response: Response) => void = () => undefined;
    const server = await start(() => new Promise<Response>((resolve) => (answer = resolve)));
    const { socket, received, ended } = await dial(server);
    socket.write(get('/'));
    await until(() => answer.length > 0);
    const closed = server.close();
    await new Promise((resolve) => setTimeout(resolve, 800));
    answer(new Response('late, but whole'));
    await ended;
    expect(received()).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(received().toLowerCase()).toContain('connection: close');
    expect(received()).toContain('late, but whole');
    expect(await closed).toBe(0);
  });

  test('a request that is on its way on an idle connection is answered, with "Connection: close"', async () => {
    const server = await start();
    const { socket, received, ended } = await dial(server);
    socket.write(get('/'));
    await until(() => received().endsWith('hello'));
    const closed = server.close();
    await new Promise((resolve) => setTimeout(resolve, 200));
    socket.write(get('/again'));
    await ended;
    expect(received().match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2);
    expect(
      received()
        .toLowerCase()
        .match(/connection: close/g),
    ).toHaveLength(1);
    expect(await closed).toBe(0);
  });

  test('of requests in a row, each that was begun is answered, and none is begun after the last', async () => {
    const begun: string[] = [];
    const waiting: (() => void)[] = [];
    const server = await start(({ url }) => {
      begun.push(new URL(url).pathname);
      return new Promise((resolve) => waiting.push(() => resolve(new Response(`<${begun.length}>`))));
    });
    const { socket, received, ended } = await dial(server);
    socket.write(get('/1') + get('/2'));
    await until(() => begun.length === 2);
    const closed = server.close();
    socket.write(get('/3'));
    await new Promise((resolve) => setTimeout(resolve, 100));
    for (const answer of waiting) answer();
    await ended;
    expect(begun).toEqual(['/1', '/2']);
    expect(received().match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2);
    expect(await closed).toBe(0);
  });

  test('connections without a request are closed soon', async () => {
    const server = await start();
    const unused = await dial(server);
    const idle = await dial(server);
    idle.socket.write(get('/'));
    await until(() => idle.received().endsWith('hello'));
    const startedAt = performance.now();
    expect(await server.close()).toBe(0);
    expect(performance.now() - startedAt).toBeLessThan(3000);
    await Promise.all([unused.ended, idle.ended]);
  });

  test('nobody new is accepted', async () => {
    const server = await start();
    await server.close();
    const socket = connect(server.port, host);
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNREFUSED');
  });

  test('what outlasts the deadline is cut off and counted', async () => {
    const server = await start(() => new Promise<Response>(() => undefined));
    const { socket, ended } = await dial(server);
    socket.write(get('/'));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await server.close(0.3)).toBe(1);
    await ended;
  });
});

test('a port that another program holds is passed over', async () => {
  const blocker = createServer().listen(0, host);
  await once(blocker, 'listening');
  onTestFinished(() => void blocker.close());
  const { port } = blocker.address() as { port: number };
  await expect(listen({ fetch: hello, host, port })).rejects.toMatchObject({ code: 'service/port-taken' });
});
