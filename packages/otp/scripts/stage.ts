/**
 * Lays out the package as it is published: `node packages/otp/scripts/stage.ts FOLDER`, then `npm publish FOLDER`. The modules of an entry
 * become one file, since a runtime takes longer to find fifty files than to verify a code; what two entries share is a file beside
 * them, so that an `OtpError` is the same class everywhere. Types and their maps stay as they were built.
 */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const home = fileURLToPath(new URL('..', import.meta.url));

export async function stage(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const file of ['README.md', '../../LICENSE'])
    cpSync(join(home, file), join(folder, file.split('/').at(-1)!));
  cpSync(join(home, 'dist'), join(folder, 'dist'), { recursive: true, filter: isTypeOrFolder });
  const manifest = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as Manifest;
  // The sources stay at home, and so does the way to them.
  for (const entry of Object.values(manifest.exports)) delete entry['tidelock-source'];
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  const built = await rolldown({
    input: { index: entryOf('index'), 'totp-sha1': entryOf('totp-sha1'), 'qr/index': entryOf('qr/index') },
    external: Object.keys(manifest.dependencies),
    platform: 'neutral',
    logLevel: 'warn',
  });
  await built.write({ dir: join(folder, 'dist'), format: 'esm', chunkFileNames: 'shared/[name].js' });
}

interface Manifest {
  readonly exports: Record<string, Record<string, string>>;
  readonly dependencies: Record<string, string>;
}

function isTypeOrFolder(path: string): boolean {
  return !/[.]\w+$/.test(path) || path.endsWith('.d.ts');
}

function entryOf(name: string): string {
  return join(home, 'dist', `${name}.js`);
}

if (import.meta.main) {
  const [folder] = process.argv.slice(2);
  if (folder === undefined) throw new Error('Say where to: node packages/otp/scripts/stage.ts FOLDER');
  await stage(folder);
}
