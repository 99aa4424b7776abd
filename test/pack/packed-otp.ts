import { execFileSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stage } from '../../packages/otp/scripts/stage.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface PackedOtp {
  readonly folder: string;
  readonly tarball: string;
  /** A project of its own that has the package installed from the tarball. */
  readonly consumer: string;
  remove(): void;
}

/** Builds and packs `@tidelock/otp` as npm would publish it, and lays it into a fresh project. */
export async function packOtp(): Promise<PackedOtp> {
  const folder = mkdtempSync(join(tmpdir(), 'tidelock-pack-'));
  execFileSync(join(root, 'node_modules/.bin/tsc'), ['-b', 'packages/otp'], { cwd: root });
  const pack = ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder];
  await stage(join(folder, 'staged'));
  execFileSync('npm', pack, { cwd: join(folder, 'staged') });
  const tarball = join(
    folder,
    readdirSync(folder).find((name) => name.endsWith('.tgz'))!,
  );
  const consumer = join(folder, 'consumer');
  const installed = join(consumer, 'node_modules/@tidelock/otp');
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['-xzf', tarball, '--strip-components=1', '-C', installed]);
  // What it depends on comes from here and not from a registry: this is no test of npm.
  for (const name of ['qr', 'fflate']) {
    symlinkSync(join(root, 'node_modules', name), join(consumer, 'node_modules', name));
  }
  return { folder, tarball, consumer, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
