import { execFile, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Secret, Totp } from '@tidelock/otp';
import { openPool } from '../../packages/store-postgres/src/open-pool.ts';
import type { LoadRequest } from './load.ts';
import { startServer, type Server } from './processes.ts';

const run = promisify(execFile);
const folder = fileURLToPath(new URL('../better-auth/', import.meta.url));
const installMinutes = 5;

/** better-auth with people who have typed their password and not yet their code. */
export interface Peer extends Server {
  /** The next ones of them, each with the code of now; nobody comes twice. */
  nextRequests(count: number): readonly LoadRequest[];
}

/** Installs it into its folder, once, and says which version it is. */
export function ensurePeer(): string {
  const manifest = `${folder}node_modules/better-auth/package.json`;
  if (!existsSync(manifest)) {
    console.log('Installing better-auth …');
    const install = ['ci', '--no-audit', '--no-fund', '--ignore-scripts'];
    execFileSync('npm', install, { cwd: folder, stdio: 'pipe', timeout: installMinutes * 60_000 });
  }
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}

/** Makes the people, then starts it. `database` is a file of SQLite or a URL of PostgreSQL. */
export async function startPeer(database: string, people: number): Promise<Peer> {
  const environment = { PEER_DATABASE: database, PEER_SECRET: randomBytes(32).toString('hex') };
  const { stdout } = await run(process.execPath, [`${folder}seed.js`], {
    env: { ...process.env, NODE_ENV: 'production', ...environment, COUNT: String(people) },
    maxBuffer: 1 << 28,
  });
  const waiting = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly secret: string; readonly cookie: string });
  const server = await startServer(`${folder}serve.js`, environment);
  return {
    ...server,
    nextRequests: (count) =>
      waiting.splice(0, count).map(({ secret, cookie }) => ({
        path: '/api/auth/two-factor/verify-totp',
        // It computes with the characters of the secret, not with what they would be in base32.
        body: JSON.stringify({
          code: new Totp(Secret.fromText(secret)).generate({ at: Date.now() / 1000 }),
        }),
        cookie,
      })),
  };
}

/** A database of its own on the server of a store's URL. */
export async function newPeerDatabase(storeUrl: string): Promise<string> {
  const url = new URL(storeUrl);
  url.search = '';
  const pool = openPool(url.href, { connections: 1, timeoutSeconds: 5 });
  const client = await pool.connect();
  await client.query({ text: 'CREATE DATABASE peer' });
  client.release();
  await pool.end();
  url.pathname = '/peer';
  return url.href;
}
