import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** A program of the system that tests use, and the package of Debian that has it. */
export interface SystemCommand {
  readonly command: string;
  readonly debianPackage: string;
  /** Whether older releases have it in their backports only: then CI too goes on without it. */
  readonly isRecent?: true;
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
  { command: 'valkey-server', debianPackage: 'valkey-server', isRecent: true },
  { command: 'wrk', debianPackage: 'wrk' },
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
  if (process.getuid?.() === 0 && isInstalled('apt-get')) {
    const [recent, settled] = [missing.filter(isRecent), missing.filter((wanted) => !isRecent(wanted))];
    if (settled.length > 0) install(settled.map(({ debianPackage }) => debianPackage));
    for (const { debianPackage } of recent) installRecent(debianPackage);
  }
  const stillMissing = missing.filter(({ command }) => !isInstalled(command));
  if (stillMissing.length === 0) return [];
  const names = stillMissing.map(({ debianPackage }) => debianPackage).join(' ');
  const message = `MISSING: ${stillMissing.map(({ command }) => command).join(', ')}. What needs them is skipped. On Debian: apt-get install ${names}`;
  if (process.env['CI'] === 'true' && !stillMissing.every(isRecent)) throw new Error(message);
  console.warn(message);
  return stillMissing;
}

/** Whether one program is there, after {@link ensureCommands} has tried. @throws Error in CI. */
export function ensureCommand(wanted: SystemCommand): boolean {
  return ensureCommands([wanted]).length === 0;
}

function isRecent(wanted: SystemCommand): boolean {
  return wanted.isRecent === true;
}

// Test files start at the same time: apt waits for its lock rather than failing.
const aptOptions = ['-o', 'DPkg::Lock::Timeout=300', '-y', '-q'];

function apt(words: readonly string[]): boolean {
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const run = spawnSync('apt-get', [...aptOptions, ...words], {
    env: environment,
    encoding: 'utf8',
    timeout: 600_000,
  });
  if (run.status !== 0) console.warn(run.stderr);
  return run.status === 0;
}

function install(packages: readonly string[]): void {
  console.log(`Installing ${packages.join(' ')} …`);
  apt(['update']);
  apt(['install', '--no-install-recommends', ...packages]);
}

/** Debian 12 has it in its backports, which are asked through lists of their own: the machine's sources stay as they are. */
function installRecent(debianPackage: string): void {
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  if (!release.includes('VERSION_CODENAME=bookworm')) return install([debianPackage]);
  console.log(`Installing ${debianPackage} from bookworm-backports …`);
  const folder = mkdtempSync(join(tmpdir(), 'tidelock-apt-'));
  try {
    const signed =
      'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian';
    const suites = ['bookworm', 'bookworm-updates', 'bookworm-backports'];
    const list = join(folder, 'sources.list');
    writeFileSync(list, suites.map((suite) => `${signed} ${suite} main\n`).join(''));
    mkdirSync(join(folder, 'lists/partial'), { recursive: true });
    const places = [
      `Dir::Etc::sourcelist=${list}`,
      'Dir::Etc::sourceparts=-',
      `Dir::State::lists=${folder}/lists`,
    ];
    const where = places.flatMap((place) => ['-o', place]);
    if (apt([...where, 'update']))
      apt([...where, 'install', '--no-install-recommends', '-t', 'bookworm-backports', debianPackage]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
