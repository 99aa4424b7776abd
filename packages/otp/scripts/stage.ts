/**
 * Lays out the package as it is published: `node packages/otp/scripts/stage.ts FOLDER`, then `npm publish FOLDER`. The modules of an entry
 * become one file with short names, since a runtime takes longer to find a second file, and to read long ones, than to verify a code;
 * a map beside it has the source as it was. Types stay as they were built.
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
  for (const name of ['index', 'totp-sha1', 'qr/index']) {
    const built = await rolldown({
      input: entryOf(name),
      external: Object.keys(manifest.dependencies),
      plugins: name === 'qr/index' ? [errorsOfIndex] : [],
      platform: 'neutral',
      logLevel: 'warn',
    });
    const file = join(folder, 'dist', `${name}.js`);
    await built.write({ file, format: 'esm', minify, comments: { annotation: true }, sourcemap: true });
  }
}

/**
 * Blanks and the names inside of functions alone: what was written to take the same time for every secret is not rewritten, and
 * stack traces name functions and classes as the source does.
 */
const minify = {
  compress: false,
  mangle: { toplevel: false, keepNames: { class: true, function: true } },
  codegen: { removeWhitespace: true },
};

/** The pictures take their errors from the main entry, so that an `OtpError` is the same class everywhere. */
const errorsOfIndex = {
  name: 'errors of the main entry',
  resolveId: (id: string) =>
    id.endsWith('/otp-error.js') ? { id: '../index.js', external: 'relative' as const } : null,
};

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
