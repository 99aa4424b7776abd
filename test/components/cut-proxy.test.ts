import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { startCutProxy, type CutProxy } from './cut-proxy.ts';

/** A server that says back what it hears, under its own name. */
async function startEcho(name: string): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (data) => socket.write(`${name}:${data.toString()}`));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

async function start(): Promise<CutProxy> {
  const proxy = await startCutProxy({ port: await startEcho('a') });
  onTestFinished(() => proxy.close());
  return proxy;
}

async function open(proxy: CutProxy): Promise<Socket> {
  const socket = connect(proxy.port, proxy.host);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

async function say(socket: Socket, text: string): Promise<string> {
  socket.write(text);
  const [answer] = (await Promise.race([once(socket, 'data'), pause(200, ['silence'])])) as [Buffer | string];
  return answer.toString();
}

test('what passes arrives, and comes back', async () => {
  const socket = await open(await start());
  expect(await say(socket, 'one')).toBe('a:one');
  expect(await say(socket, 'two')).toBe('a:two');
});

test('what is dropped is gone: the connection is silent, and is reset when the line is back', async () => {
  const proxy = await start();
  const [old, idle] = [await open(proxy), await open(proxy)];
  expect(await say(old, 'one')).toBe('a:one');
  await proxy.set('drop');
  expect(await say(old, 'two')).toBe('silence');
  const fresh = await open(proxy);
  expect(await say(fresh, 'three')).toBe('silence');
  await Promise.all([once(old, 'error'), once(fresh, 'error'), proxy.set('pass')]);
  expect(await say(idle, 'four')).toBe('a:four');
  expect(await say(await open(proxy), 'five')).toBe('a:five');
});

test('what is lost is silent for ever, and a new connection is as ever', async () => {
  const proxy = await start();
  const [old, idle] = [await open(proxy), await open(proxy)];
  expect(await say(old, 'one')).toBe('a:one');
  await proxy.set('lose');
  expect(await say(old, 'two')).toBe('silence');
  const fresh = await open(proxy);
  expect(await say(fresh, 'three')).toBe('silence');
  await proxy.set('pass');
  expect(await say(old, 'four')).toBe('silence');
  expect(await say(fresh, 'five')).toBe('silence');
  expect(await say(idle, 'six')).toBe('a:six');
});

test('what hangs arrives late', async () => {
  const proxy = await start();
  const old = await open(proxy);
  expect(await say(old, 'one')).toBe('a:one');
  await proxy.set('hang');
  expect(await say(old, 'two')).toBe('silence');
  const fresh = await open(proxy);
  expect(await say(fresh, 'three')).toBe('silence');
  const late = [once(old, 'data'), once(fresh, 'data')];
  await proxy.set('pass');
  expect((await Promise.all(late)).map(([data]) => String(data))).toEqual(['a:two', 'a:three']);
});

test('a line that refuses closes what was open and takes nobody, and one that resets breaks off', async () => {
  const proxy = await start();
  const [first, second] = [await open(proxy), await open(proxy)];
  expect(await say(first, 'one')).toBe('a:one');
  await Promise.all([once(first, 'close'), once(second, 'close'), proxy.set('refuse')]);
  await expect(open(proxy)).rejects.toThrow('ECONNREFUSED');
  await proxy.set('pass');
  const third = await open(proxy);
  expect(await say(third, 'two')).toBe('a:two');
  await Promise.all([once(third, 'error'), proxy.set('reset')]);
  const fourth = connect(proxy.port, proxy.host);
  const [error] = (await once(fourth, 'error')) as [NodeJS.ErrnoException];
  expect(error.code).toBe('ECONNRESET');
});

test('another server can be led to, and clients are counted', async () => {
  const proxy = await start();
  const old = await open(proxy);
  expect(await say(old, 'one')).toBe('a:one');
  proxy.leadTo({ port: await startEcho('b') });
  const fresh = await open(proxy);
  expect(await say(fresh, 'two')).toBe('b:two');
  expect(await say(old, 'three')).toBe('a:three');
  expect([proxy.connections, proxy.accepted]).toEqual([2, 2]);
  old.destroy();
  fresh.destroy();
  await expect.poll(() => proxy.connections).toBe(0);
});

test('much that is said at once arrives whole', async () => {
  const proxy = await start();
  const socket = await open(proxy);
  const size = 8 * 1024 * 1024;
  let heard = 0;
  const all = new Promise<void>((resolve) => {
    socket.on('data', (data) => {
      heard += data.toString().replaceAll('a:', '').length;
      if (heard === size) resolve();
    });
  });
  socket.write('x'.repeat(size));
  await all;
  expect(heard).toBe(size);
});
