import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../service/running-service.ts';

const command = fileURLToPath(new URL('../../examples/demo/bin/demo.js', import.meta.url));

/** What `npm start` runs, in a folder of its own. */
export interface RunningDemo {
  /** By the name of this machine, as a person would type it. */
  readonly url: string;
  readonly folder: string;
  output(): string;
  /** Ctrl-C; resolves with the exit status. */
  stop(): Promise<number | null>;
}

/** Starts the demo on a free port and waits until it answers. */
export async function startDemo(): Promise<RunningDemo> {
  const folder = mkdtempSync(join(tmpdir(), 'tidelock-demo-'));
  const port = await freePort();
  const child = spawn(process.execPath, [command], {
    cwd: folder,
    env: { PATH: process.env['PATH'], PORT: String(port), TZ: 'UTC' },
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
  const url = `http://localhost:${port}`;
  const deadline = Date.now() + 30_000;
  while (
    !(await fetch(`${url}/login`).then(
      ({ ok }) => ok,
      () => false,
    ))
  ) {
    if (child.exitCode !== null || Date.now() > deadline)
      throw new Error(`The demo does not start: ${output}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    url,
    folder,
    output: () => output,
    async stop() {
      child.kill('SIGINT');
      const status = await closed;
      rmSync(folder, { recursive: true, force: true });
      return status;
    },
  };
}
