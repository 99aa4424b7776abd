import { once } from 'node:events';
import { createServer, connect, type Server, type Socket } from 'node:net';
import { freePort } from './free-port.ts';

/**
 * What a proxy does with connections, those that are open and those that come:
 *
 * - `pass`: hands on what either side says.
 * - `drop`: takes them and swallows what is said. A connection that has lost something this way is reset when the mode changes.
 * - `lose`: as `drop`, but such a connection stays silent for ever, as behind a firewall that has forgotten it.
 * - `hang`: takes them and reads nothing; when it passes again, all that was said meanwhile arrives, however late.
 * - `refuse`: nobody listens any more, and what was open is closed.
 * - `reset`: each is broken off (RST), a new one as soon as it is there.
 */
export type CutMode = 'pass' | 'drop' | 'lose' | 'hang' | 'refuse' | 'reset';

/** Stands between a client and a server, and cuts the line in several ways. */
export interface CutProxy {
  readonly host: string;
  readonly port: number;
  readonly mode: CutMode;
  /** How many clients are connected. */
  readonly connections: number;
  /** How many clients were ever taken. */
  readonly accepted: number;
  set(mode: CutMode): Promise<void>;
  /** Connections that come from now on go to this server; those that are open stay where they are. */
  leadTo(target: CutTarget): void;
  close(): Promise<void>;
}

export interface CutTarget {
  readonly host?: string;
  readonly port: number;
}

/**
 * Starts a proxy on a free port of loopback.
 *
 * @example
 * const proxy = await startCutProxy({ port: server.port });
 * const store = postgresStore(`postgres://tidelock@${proxy.host}:${proxy.port}/postgres`);
 * await proxy.set('drop');
 */
export async function startCutProxy(target: CutTarget): Promise<CutProxy> {
  const proxy = new Proxy(target, await freePort());
  await proxy.set('pass');
  return proxy;
}

class Proxy implements CutProxy {
  readonly host = '127.0.0.1';
  readonly port: number;
  mode: CutMode = 'refuse';
  accepted = 0;
  readonly #lines = new Set<Line>();
  #target: CutTarget;
  #server: Server | null = null;

  constructor(target: CutTarget, port: number) {
    this.#target = target;
    this.port = port;
  }

  get connections(): number {
    return this.#lines.size;
  }

  async set(mode: CutMode): Promise<void> {
    this.mode = mode;
    if (mode === 'refuse') this.#stopListening();
    for (const line of this.#lines) line.set(mode);
    if (mode !== 'refuse') await this.#listen();
  }

  leadTo(target: CutTarget): void {
    this.#target = target;
  }

  async close(): Promise<void> {
    await this.set('refuse');
  }

  async #listen(): Promise<void> {
    if (this.#server !== null) return;
    const server = createServer({ pauseOnConnect: true }, (client) => this.#take(client));
    this.#server = server;
    server.listen(this.port, this.host);
    await once(server, 'listening');
  }

  #stopListening(): void {
    this.#server?.close();
    this.#server = null;
  }

  #take(client: Socket): void {
    this.accepted += 1;
    const line = new Line(client, this.#target);
    this.#lines.add(line);
    client.once('close', () => this.#lines.delete(line));
    line.set(this.mode);
  }
}

/** One client with its connection to the server, which is made when there is first something to hand on. */
class Line {
  readonly #client: Socket;
  readonly #target: CutTarget;
  #server: Socket | null = null;
  #mode: CutMode = 'hang';
  #hasLost = false;
  #isForgotten = false;

  constructor(client: Socket, target: CutTarget) {
    this.#client = client;
    this.#target = target;
    client.on('data', (data) => this.#hand(data, this.#server, client));
    client.on('error', () => undefined);
    client.on('end', () => this.#server?.end());
    client.on('close', () => this.#server?.destroy());
    // A listener for what is said has set it flowing.
    client.pause();
  }

  set(mode: CutMode): void {
    if (this.#isForgotten && mode !== 'reset' && mode !== 'refuse') return;
    if (this.#hasLost || mode === 'reset') return void this.#client.resetAndDestroy();
    this.#mode = mode;
    if (mode === 'refuse') return void this.#client.destroy();
    if (mode === 'pass') this.#server ??= this.#open();
    for (const socket of [this.#client, this.#server])
      if (mode === 'hang') socket?.pause();
      else socket?.resume();
  }

  #open(): Socket {
    const server = connect({ host: '127.0.0.1', ...this.#target });
    server.on('data', (data) => this.#hand(data, this.#client, server));
    server.on('error', () => undefined);
    server.on('end', () => this.#client.end());
    server.on('close', (hadError) => (hadError ? this.#client.resetAndDestroy() : this.#client.destroy()));
    return server;
  }

  #hand(data: Buffer, to: Socket | null, from: Socket): void {
    if (this.#mode !== 'pass') {
      if (this.#mode === 'lose') this.#isForgotten = true;
      else this.#hasLost = true;
      return;
    }
    if (to?.write(data) !== false) return;
    from.pause();
    to.once('drain', () => this.#mode !== 'hang' && from.resume());
  }
}
