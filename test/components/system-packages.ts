import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A program of the system that tests use, and the package of Debian that has it. */
export interface SystemCommand {
  readonly command: string;
  readonly debianPackage: string;
}

/** All that the tests use besides what `npm ci` brings. */
export const systemCommands: readonly SystemCommand[] = [
  { command: 'chromium', debianPackage: 'chromium' },
  { command: 'oathtool', debianPackage: 'oathtool' },
  { command: 'zbarimg', debianPackage: 'zbar-tools' },
  { command: 'strace', debianPackage: 'strace' },
  // The server's own programs are outside of the path; this one comes with them.
  { command: 'pg_ctlcluster', debianPackage: 'postgresql' },
  { command: 'pgbouncer', debianPackage: 'pgbouncer' },
  { command: 'redis-server', debianPackage: 'redis-server' },
];

/** Whether a program can be started by its name. */
export function isInstalled(command: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, command)));
}

/**
 * Sees to it that programs are there: on Debian or Ubuntu as root it installs what is missing.
 * Elsewhere it says what is missing and how to get it, and answers with what is missing.
 *
 * @throws Error in CI, where a missing part is a failure.
 */
export function ensureCommands(wanted: readonly SystemCommand[]): readonly SystemCommand[] {
  const missing = wanted.filter(({ command }) => !isInstalled(command));
  if (missing.length === 0) return [];
  const packages = missing.map(({ debianPackage }) => debianPackage);
  if (process.getuid?.() === 0 && isInstalled('apt-get')) install(packages);
  const stillMissing = missing.filter(({ command }) => !isInstalled(command));
  if (stillMissing.length === 0) return [];
  const names = stillMissing.map(({ debianPackage }) => debianPackage).join(' ');
  const message = `MISSING: ${stillMissing.map(({ command }) => command).join(', ')}. What needs them is skipped. On Debian: apt-get install ${names}`;
  if (process.env['CI'] === 'true') throw new Error(message);
  console.warn(message);
  return stillMissing;
}

/** Whether one program is there, after {@link ensureCommands} has tried. @throws Error in CI. */
export function ensureCommand(wanted: SystemCommand): boolean {
  return ensureCommands([wanted]).length === 0;
}

function install(packages: readonly string[]): void {
  console.log(`Installing ${packages.join(' ')} …`);
  // Test files start at the same time: apt waits for its lock rather than failing.
  const options = ['-o', 'DPkg::Lock::Timeout=300', '-y', '-q'];
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (args: readonly string[]) =>
    spawnSync('apt-get', [...options, ...args], { env: environment, encoding: 'utf8', timeout: 600_000 });
  apt(['update']);
  const run = apt(['install', '--no-install-recommends', ...packages]);
  if (run.status !== 0) console.warn(run.stderr);
}
