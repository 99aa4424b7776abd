import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { keyRing, type AccountStore, type KeyRing } from '@tidelock/engine';
import { openStore } from '../../packages/tidelock/src/service/open-store.ts';
import { parseStoreLocation } from '../../packages/tidelock/src/service/store-location.ts';
import { freePort } from '../components/free-port.ts';

export { freePort };

const command = fileURLToPath(new URL('../../packages/tidelock/bin/tidelock.js', import.meta.url));

/** A folder, a store with its keys and an API key, for any number of processes. */
export interface ServiceHome {
  readonly folder: string;
  /** The file of a store of its own. */
  readonly database: string;
  readonly keys: KeyRing;
  readonly apiKey: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The store itself, past every service. */
  openStore(): Promise<AccountStore>;
  remove(): void;
}

/**
 * Keys and an API key of its own, given by the environment; the store is not there yet. `store` is for `TIDELOCK_STORE`, a file
 * in the folder where it is left out.
 */
export function newServiceHome(store?: string): ServiceHome {
  const folder = mkdtempSync(join(tmpdir(), 'tidelock-service-'));
  const database = join(folder, 'tidelock.db');
  const location = store ?? `sqlite:${database}`;
  const text = `test:${randomBytes(32).toString('base64')}`;
  const apiKey = `tlk_${randomBytes(32).toString('base64url')}`;
  return {
    folder,
    database,
    keys: keyRing(text),
    apiKey,
    environment: {
      TIDELOCK_STORE: location,
      TIDELOCK_KEYS: text,
      TIDELOCK_API_KEY: apiKey,
      TIDELOCK_ISSUER: 'Acme',
      HOST: '127.0.0.1',
      // One key stands for all the tenants of the world, as fast as the machine is.
      TIDELOCK_KEY_RATE: '1000000',
    },
    openStore: () => openStore(parseStoreLocation(location, folder)),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Runs a command of `tidelock` in a home to its end. */
export async function runTidelock(
  home: ServiceHome,
  args: readonly string[],
): Promise<{ readonly status: number; readonly output: string }> {
  const child = spawn(process.execPath, [command, ...args], {
    cwd: home.folder,
    env: { ...process.env, ...home.environment },
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const status = await new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? -1)));
  return { status, output };
}

/** One process of `tidelock serve`. */
export interface RunningService {
  readonly url: string;
  readonly pid: number;
  /** What it has written so far. */
  output(): string;
  call(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer>;
  /** Ends it as an operator would; resolves with its exit status. */
  stop(): Promise<number | null>;
  /** `kill -9`. */
  kill(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  // Answers are looked into at will by tests.
  readonly body: Record<string, unknown>;
  readonly headers: Headers;
}

const started = new Set<ChildProcess>();

/** Ends every service that still runs: a test that fails does not come to its own end. */
export function endServices(): void {
  for (const child of started) child.kill('SIGKILL');
}

export interface StartOptions {
  /** What stands before the command, as `strace` does. */
  readonly wrap?: readonly string[];
  /** A free one where left out. */
  readonly port?: number;
}

/** Starts a process in a home, and waits until it is ready. */
export async function startService(home: ServiceHome, options: StartOptions = {}): Promise<RunningService> {
  const { wrap = [], port = await freePort() } = options;
  const [program, ...args] = [...wrap, process.execPath, command, 'serve'];
  const child = spawn(program!, args, {
    cwd: home.folder,
    env: { ...process.env, ...home.environment, PORT: String(port) },
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
  started.add(child);
  void closed.then(() => started.delete(child));
  const url = `http://127.0.0.1:${port}`;
  await waitUntilReady(url, child, () => output);
  return {
    url,
    pid: child.pid!,
    output: () => output,
    call: (method, path, body, headers) => call(url, home.apiKey, { method, path, body, headers }),
    async stop() {
      child.kill('SIGTERM');
      return closed;
    },
    async kill() {
      child.kill('SIGKILL');
      await closed;
    },
  };
}

interface Call {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

async function call(url: string, apiKey: string, { method, path, body, headers }: Call): Promise<Answer> {
  const init: RequestInit = {
    method,
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json', ...headers },
  };
  if (body !== undefined) init.body = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(`${url}${path}`, init);
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
  };
}

async function waitUntilReady(url: string, child: ChildProcess, output: () => string): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`The service ended with ${child.exitCode}: ${output()}`);
    const ready = await fetch(`${url}/readyz`).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  child.kill('SIGKILL');
  throw new Error(`The service was not ready in time: ${output()}`);
}
