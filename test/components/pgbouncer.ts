import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { ensureCommand, type SystemCommand } from './system-packages.ts';

/** A PgBouncer of the test's own, in transaction mode: a connection of the server's is lent for one transaction. */
export interface PgBouncer {
  readonly host: string;
  readonly port: number;
  stop(): Promise<void>;
}

export interface PgBouncerOptions {
  /** The port of the server that it stands before. */
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** How many connections to the server there are for all. */
  readonly poolSize: number;
}

const command: SystemCommand = { command: 'pgbouncer', debianPackage: 'pgbouncer' };
const triesMax = 200;

/** Whether it can be started here; on Debian as root it is installed. @throws Error in CI where it is missing. */
export function hasPgBouncer(): boolean {
  return ensureCommand(command) && process.getuid?.() === 0;
}

export async function startPgBouncer({
  port,
  database,
  user,
  poolSize,
}: PgBouncerOptions): Promise<PgBouncer> {
  const folder = mkdtempSync(join(tmpdir(), 'tidelock-pgbouncer-'));
  // It refuses to run as root; who it runs as instead only reads here.
  chmodSync(folder, 0o755);
  const host = '127.0.0.1';
  const listenPort = await freePort();
  writeFileSync(join(folder, 'users.txt'), `"${user}" ""\n`);
  writeFileSync(
    join(folder, 'pgbouncer.ini'),
    `[databases]
${database} = host=${host} port=${port} dbname=${database}
[pgbouncer]
listen_addr = ${host}
listen_port = ${listenPort}
unix_socket_dir =
auth_type = trust
auth_file = ${join(folder, 'users.txt')}
pool_mode = transaction
default_pool_size = ${poolSize}
max_client_conn = 300
`,
  );
  const options = [
    '--reuid=nobody',
    '--regid=nogroup',
    '--clear-groups',
    'pgbouncer',
    join(folder, 'pgbouncer.ini'),
  ];
  const child = spawn('setpriv', options, { stdio: 'ignore' });
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    }
    rmSync(folder, { recursive: true, force: true });
  };
  for (let tries = 0; tries < triesMax; tries++) {
    if (await isListening(host, listenPort)) return { host, port: listenPort, stop };
    await pause(25);
  }
  await stop();
  throw new Error('PgBouncer did not come up.');
}

async function isListening(host: string, port: number): Promise<boolean> {
  const socket = connect(port, host);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
