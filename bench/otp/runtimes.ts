import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runtimes from npm, in the versions that the figures of the README are of. None is part of an ordinary install. */
export const runtimes = {
  node20: { package: 'node', version: '20.20.2', flags: ['--no-warnings'] },
  node22: { package: 'node', version: '22.23.3', flags: ['--no-warnings'] },
  node26: { package: 'node', version: '26.10.0', flags: ['--no-warnings'] },
  bun: { package: 'bun', version: '1.4.5', flags: [] },
  deno: {
    package: 'deno',
    version: '2.9.6',
    flags: ['run', '--allow-all', '--no-lock', '--node-modules-dir=manual', '--quiet'],
  },
} as const;
export type RuntimeName = keyof typeof runtimes;

export interface Runtime {
  readonly command: string;
  readonly flags: readonly string[];
}

const installMinutes = 5;

/** Whether somebody fetched it before. */
export function isInstalled(name: RuntimeName): boolean {
  return existsSync(placeOf(name).command);
}

function placeOf(name: RuntimeName): { folder: string; command: string } {
  const { package: packageName, version } = runtimes[name];
  const folder = join(tmpdir(), `tidelock-runtime-${packageName}-${version}`);
  return { folder, command: join(folder, 'node_modules', '.bin', packageName) };
}

/** Installs a runtime into the temporary folder of the system, once, and says where its binary is. */
export function ensureRuntime(name: RuntimeName): Runtime {
  const { package: packageName, version, flags } = runtimes[name];
  const { folder, command } = placeOf(name);
  if (!existsSync(command)) {
    mkdirSync(folder, { recursive: true });
    const manifest = { private: true, allowScripts: { [packageName]: true } };
    writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
    const install = ['install', '--no-audit', '--no-fund', '--save-exact', `${packageName}@${version}`];
    execFileSync('npm', install, { cwd: folder, stdio: 'pipe', timeout: installMinutes * 60_000 });
  }
  return { command, flags };
}
