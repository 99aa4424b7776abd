import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isInstalled } from '../../../test/components/system-packages.ts';
import { freePort } from '../../../test/components/free-port.ts';

/** A Redis or Valkey of the test's own, in a temporary folder. */
export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** All that it writes is in here. */
  readonly folder: string;
  /** Null while it does not run. */
  readonly pid: number | null;
  start(): Promise<void>;
  /** `SIGTERM` stops it cleanly, `SIGKILL` as a crash does; the data stays for the next start. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Stops its clock: it keeps its connections and answers nothing. */
  freeze(): void;
  thaw(): void;
  /** Sends one command and gives the answer as the protocol has it; for what a test asks beside the store. */
  command(...words: string[]): Promise<string>;
  /** Settings that hold from the next start on. */
  configure(settings: readonly string[]): void;
  dispose(): Promise<void>;
}

/** Which program; both speak the same protocol. */
export type ServerProgram = 'redis-server' | 'valkey-server';

/** `TIDELOCK_TEST_VALKEY=1` runs on Valkey what else runs on Redis. */
export const usualProgram: ServerProgram =
  process.env['TIDELOCK_TEST_VALKEY'] === '1' ? 'valkey-server' : 'redis-server';

const triesMax = 400;

/** The bus of a cluster is 10,000 above the port, and it too is not to be one that the system gives to others. */
const portsBelow = 22_768;

/** What the store asks of a server: everything is on the disk before it is answered, and nothing is ever evicted. */
const durableSettings = [
  '--appendonly yes',
  '--appendfsync always',
  '--no-appendfsync-on-rewrite no',
  '--maxmemory-policy noeviction',
];

/**
 * Starts a server on a free port; `settings` are arguments such as `--maxmemory 10mb`, and the later ones win.
 * `{}` gives one that the store takes.
 */
export async function startRedis({
  settings = [],
  program = usualProgram,
}: {
  readonly settings?: readonly string[];
  readonly program?: ServerProgram;
} = {}): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), 'tidelock-redis-'));
  const port = await freePort(portsBelow);
  let ownSettings = [...durableSettings, ...settings];
  let child: ChildProcess | null = null;

  const server: RedisServer = {
    url: `redis://127.0.0.1:${port}`,
    port,
    folder,
    get pid() {
      return child?.pid ?? null;
    },
    async start() {
      if (child !== null) return;
      const place = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', ''];
      const rest = ownSettings.flatMap((setting) => setting.split(' '));
      child = spawn(program, [...place, ...rest], { stdio: 'ignore' });
      for (let tries = 0; tries < triesMax; tries++) {
        if (child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode}.`);
        if (/^(?:\+PONG|-NOAUTH)/.test(await server.command('PING').catch(() => ''))) return;
        await pause(25);
      }
      throw new Error(`${program} did not come up.`);
    },
    async stop(signal = 'SIGTERM') {
      if (child === null || child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill(signal);
      await exited;
      child = null;
    },
    freeze() {
      child?.kill('SIGSTOP');
    },
    thaw() {
      child?.kill('SIGCONT');
    },
    command: (...words) => ask(port, words),
    configure(more) {
      ownSettings = [...ownSettings, ...more];
    },
    async dispose() {
      await server.stop('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
  try {
    await server.start();
  } catch (error) {
    await server.dispose();
    throw error;
  }
  return server;
}

/** Whether a server can be started here; where it cannot, the run has said so, and in CI it has failed. */
export function hasRedis(program: ServerProgram = usualProgram): boolean {
  return isInstalled(program);
}

/** One command on a connection of its own. The first line of the answer and what came with it, undecoded. */
async function ask(port: number, words: readonly string[]): Promise<string> {
  const socket: Socket = createConnection({ host: '127.0.0.1', port });
  socket.setTimeout(5_000, () => socket.destroy(new Error('No answer came.')));
  try {
    await once(socket, 'connect');
    const parts = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
    socket.write(`*${words.length}\r\n${parts.join('')}`);
    // QUIT is answered last: all of the first answer has come by then.
    socket.end('*1\r\n$4\r\nQUIT\r\n');
    let answer = '';
    for await (const chunk of socket.setEncoding('utf8')) answer += String(chunk);
    return answer.replace(/\+OK\r\n$/, '');
  } finally {
    socket.destroy();
  }
}
