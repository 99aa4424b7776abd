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
  /** All that it writes is in here. */
  readonly folder: string;
  start(): Promise<void>;
  /** `SIGINT` stops it at once and cleanly; `SIGQUIT` and `SIGKILL` as a crash does. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Settings of postgresql.conf, which hold from the next start on. */
  configure(lines: string): void;
  dispose(): Promise<void>;
}

const triesMax = 400;

/** Makes a cluster and starts it; `settings` are lines of postgresql.conf. */
export async function startPostgres(settings = ''): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'tidelock-postgres-'));
  // PostgreSQL refuses to run as root: then it runs as the user that its package has made.
  const isRoot = process.getuid?.() === 0;
  if (isRoot) chownSync(folder, idOf('-u'), idOf('-g'));
  const prefix = isRoot ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups'] : [];
  const data = join(folder, 'data');
  const run = (program: string, ...rest: string[]): readonly [string, string[]] => {
    const [first, ...others] = [...prefix, join(programFolder(), program), ...rest];
    return [first!, others];
  };
  execFileSync(
    ...run('initdb', '-D', data, '-U', 'tidelock', '-A', 'trust', '-E', 'UTF8', '--locale=C', '-N'),
    {
      cwd: folder,
      stdio: 'pipe',
    },
  );
  const port = await freePort();
  const conf = `port = ${port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = '${folder}'\n`;
  appendFileSync(
    join(data, 'postgresql.conf'),
    `${conf}max_connections = 200\nshared_buffers = 64MB\n${settings}\n`,
  );
  let child: ChildProcess | null = null;

  const server: PostgresServer = {
    url: `postgres://tidelock@127.0.0.1:${port}/postgres`,
    folder,
    async start() {
      const [command, programArguments] = run('postgres', '-D', data);
      const pidFile = join(data, 'postmaster.pid');
      for (let tries = 0; tries < triesMax; tries++) {
        // After a kill its processes take a moment to end; until then a new server refuses to start.
        if (child === null || child.exitCode !== null)
          child = spawn(command, programArguments, { cwd: folder, stdio: 'ignore' });
        const lines = existsSync(pidFile) ? readFileSync(pidFile, 'utf8').split('\n') : [];
        if (lines[0] === String(child.pid) && (lines[7] ?? '').startsWith('ready')) return;
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
    configure(lines) {
      appendFileSync(join(data, 'postgresql.conf'), `${lines}\n`);
    },
    async dispose() {
      await server.stop('SIGQUIT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await server.start();
  return server;
}

/** Whether a server can be started here; where it cannot, the run has said so, and in CI it has failed. */
export function hasPostgres(): boolean {
  return programFolder() !== '' && process.getuid?.() === 0;
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
