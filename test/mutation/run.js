import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * Mutation testing of the engine's decisions and of the account: `npm run mutate`, or `npm run mutate -- FILE…` for some files. It
 * takes some twenty minutes, and its tool is installed here and nowhere else, so that `npm ci` stays small.
 */
const folder = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));

if (!existsSync(`${folder}node_modules/@stryker-mutator/core`)) {
  const installed = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'inherit' });
  if (installed.status !== 0) process.exit(3);
}
const files = process.argv.slice(2);
const stryker = `${folder}node_modules/@stryker-mutator/core/bin/stryker.js`;
const chosen = files.length === 0 ? [] : ['--mutate', files.join(',')];
const run = spawnSync(process.execPath, [stryker, 'run', 'test/mutation/stryker.config.json', ...chosen], {
  cwd: root,
  stdio: 'inherit',
});
process.exit(run.status ?? 3);
