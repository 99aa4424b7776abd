import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../test/components/free-port.ts';

/** A process that answers on a port of loopback. */
export interface Server {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

const startMilliseconds = 20_000;

/** Starts a program that listens on the `PORT` of its environment, and waits for it. */
export async function startServer(
  program: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Server> {
  const port = await freePort();
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program], {
    env: { ...process.env, NODE_ENV: 'production', ...environment, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const closed = once(child, 'close');
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    child.kill();
    await closed;
  };
  const deadline = Date.now() + startMilliseconds;
  while (Date.now() < deadline && child.exitCode === null) {
    const isUp = await fetch(url, { method: 'POST', body: '{}' }).then(
      () => true,
      () => false,
    );
    if (isUp) return { url, pid: child.pid!, stop };
    await pause(20);
  }
  await stop();
  throw new Error(`${program} did not start.`);
}

/** The floor: a bare node:http server. */
export function startEcho(): Promise<Server> {
  return startServer(fileURLToPath(new URL('echo-server.ts', import.meta.url)));
}

/** What Linux says of a process. */
export interface ProcessCost {
  /** Over all its threads. */
  readonly cpuSeconds: number;
  /** Resident now, and at most so far. */
  readonly memoryMegabytes: number;
  readonly peakMegabytes: number;
}

export function processCost(pid: number): ProcessCost {
  // Fields 14 and 15 of proc(5) stat, counted behind the name in parentheses; 100 ticks a second on every Linux.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const megabytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)![1]!) / 1024;
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / 100,
    memoryMegabytes: megabytes('VmRSS'),
    peakMegabytes: megabytes('VmHWM'),
  };
}
