import { execFile } from 'node:child_process';

/** Whether this machine's clock is kept right by a time service; `unknown` where nobody can say. */
export type ClockState = 'synchronised' | 'not-synchronised' | 'unknown';

/** Runs a program of the system; its standard output, or null where it is not there, fails or hangs. */
export type RunProgram = (program: string, args: readonly string[]) => Promise<string | null>;

const timeoutMs = 5_000;
const outputBytesMax = 64 * 1024;

/**
 * Asks the system, not the network: the kernel's own flag by way of systemd, whoever keeps the clock; else chrony. In a
 * container neither may be there, and the clock is its host's.
 */
export async function probeClock(run: RunProgram = runProgram): Promise<ClockState> {
  const flag = (await run('timedatectl', ['show', '--property=NTPSynchronized', '--value']))?.trim();
  if (flag === 'yes') return 'synchronised';
  if (flag === 'no') return 'not-synchronised';
  const tracking = await run('chronyc', ['-n', '-c', 'tracking']);
  // The last column of one line is the leap status.
  const leap = tracking?.trim().split('\n')[0]?.split(',').at(-1);
  if (leap === 'Not synchronised') return 'not-synchronised';
  return /^(?:Normal|Insert second|Delete second)$/.test(leap ?? '') ? 'synchronised' : 'unknown';
}

const runProgram: RunProgram = (program, args) =>
  new Promise((resolve) => {
    const options = {
      timeout: timeoutMs,
      maxBuffer: outputBytesMax,
      // SECURITY: C16, the environment of the service has its keys; a program of the system is given none of it.
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' },
    };
    execFile(program, args, options, (error, output) => resolve(error === null ? output : null));
  });
