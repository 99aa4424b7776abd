import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../../../test/components/free-port.ts';

/** A PostgreSQL of the test's own, in a temporary folder. */
export interface PostgresServer {
  /** A superuser's. */
  readonly url: string;
  readonly port: number;
  /** All that it writes is in here. */
  readonly folder: string;
  start(): Promise<void>;
  /** `SIGINT` stops it at once and cleanly; `SIGQUIT` and `SIGKILL` as a crash does. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Kills the server and every process of it, as the end of its machine does. */
  kill(): Promise<void>;
  /** Settings of postgresql.conf, which hold from the next start on, or from {@link reload} on. */
  configure(lines: string): void;
  reload(): void;
  /** Makes a standby the primary; done when it takes writes. */
  promote(): void;
  dispose(): Promise<void>;
}

const triesMax = 400;

/** Makes a cluster and starts it; `settings` are lines of postgresql.conf. */
export function startPostgres(settings = ''): Promise<PostgresServer> {
  const options = ['-U', 'tidelock', '-A', 'trust', '-E', 'UTF8', '--locale=C', '-N'];
  return startIn(makeFolder(), ['initdb', '-D', 'data', ...options], settings);
}

/** Makes a standby of a server and starts it. The primary knows it as `standby`, and keeps for it what it has not had yet. */
export function startStandby({ port }: PostgresServer, settings = ''): Promise<PostgresServer> {
  const from = `host=127.0.0.1 port=${port} user=tidelock application_name=standby`;
  const options = ['-R', '-X', 'stream', '-c', 'fast', '-C', '-S', 'standby', '-N'];
  return startIn(makeFolder(), ['pg_basebackup', '-D', 'data', '-d', from, ...options], settings);
}

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tidelock-postgres-'));
  // PostgreSQL refuses to run as root: then it runs as the user that its package has made.
  if (isRoot()) chownSync(folder, idOf('-u'), idOf('-g'));
  return folder;
}

/** How one of the server's programs is started, as the user that owns it. */
function commandOf([program, ...rest]: readonly string[]): readonly [string, string[]] {
  const path = join(programFolder(), program!);
  if (!isRoot()) return [path, rest];
  return ['setpriv', ['--reuid=postgres', '--regid=postgres', '--clear-groups', path, ...rest]];
}

async function startIn(folder: string, making: readonly string[], settings: string): Promise<PostgresServer> {
  const run = (...command: string[]): void =>
    void execFileSync(...commandOf(command), { cwd: folder, stdio: 'pipe' });
  run(...making);
  const data = join(folder, 'data');
  const port = await freePort();
  const configure = (lines: string): void => appendFileSync(join(data, 'postgresql.conf'), `${lines}\n`);
  configure(`port = ${port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = '${folder}'`);
  configure(`max_connections = 200\nshared_buffers = 64MB\n${settings}`);
  let child: ChildProcess | null = null;

  const server: PostgresServer = {
    url: `postgres://tidelock@127.0.0.1:${port}/postgres`,
    port,
    folder,
    configure,
    async start() {
      const pidFile = join(data, 'postmaster.pid');
      for (let tries = 0; tries < triesMax; tries++) {
        // After a kill its processes take a moment to end; until then a new server refuses to start.
        if (child === null || child.exitCode !== null)
          child = spawn(...commandOf(['postgres', '-D', data]), { cwd: folder, stdio: 'ignore' });
        const lines = existsSync(pidFile) ? readFileSync(pidFile, 'utf8').split('\n') : [];
        if (lines[0] === String(child.pid) && /^(?:ready|standby)/.test(lines[7] ?? '')) return;
        await pause(25);
      }
      throw new Error('PostgreSQL did not come up.');
    },
    async stop(signal = 'SIGINT') {
      if (child === null || child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill(signal);
      await exited;
      child = null;
    },
    async kill() {
      const pid = child?.pid;
      const children = pid === undefined ? '' : readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
      const stopped = server.stop('SIGKILL');
      for (const each of children.split(' ').filter((text) => text !== '')) end(Number(each));
      await stopped;
    },
    reload: () => run('pg_ctl', 'reload', '-D', data),
    promote: () => run('pg_ctl', 'promote', '-w', '-D', data),
    async dispose() {
      await server.stop('SIGQUIT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await server.start();
  return server;
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself, since its server has.
  }
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** Whether a server can be started here; where it cannot, the run has said so, and in CI it has failed. */
export function hasPostgres(): boolean {
  return programFolder() !== '' && isRoot();
}

/** Debian keeps the server's programs beside the path, in a folder for each version. */
function programFolder(): string {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).toSorted((a, b) => Number(b) - Number(a)) : [];
  const version = versions.find((name) => existsSync(join(root, name, 'bin/initdb')));
  return version === undefined ? '' : join(root, version, 'bin');
}

function idOf(option: '-u' | '-g'): number {
  return Number(execFileSync('id', [option, 'postgres'], { encoding: 'utf8' }));
}
