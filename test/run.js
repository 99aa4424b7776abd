/**
 * What `npm test` runs: the checks of the code itself, then every test, then one plain line that counts both.
 *
 *   npm test                 everything
 *   npm test -- PATTERN      only the test files whose path matches
 *   npm run lint             only the checks
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const nodeMajor = Number(process.versions.node.split('.')[0]);
if (nodeMajor < 24) {
  console.error(
    `The tests need Node.js 24 or newer, and this is ${process.version}. Run them with "npm test": it uses the Node.js that "npm ci" installed beside them.`,
  );
  process.exit(1);
}

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = (name) => fileURLToPath(new URL(`../node_modules/.bin/${name}`, import.meta.url));
const results = 'test/results';

const checks = [
  ['types', 'tsc', ['-b']],
  ['types of the pure part of the engine', 'tsc', ['-p', 'packages/engine/tsconfig.pure.json']],
  ['types of the tests', 'tsc', ['-p', 'tsconfig.test.json']],
  ['lint', 'oxlint', ['--deny-warnings']],
  ['floors and cycles', 'depcruise', ['--config', '.dependency-cruiser.js', 'packages', 'examples']],
  ['nothing unused', 'knip', []],
  ['format', 'prettier', ['--check', '--log-level', 'warn', '.']],
];

const args = process.argv.slice(2);
const onlyChecks = args[0] === 'lint';
const patterns = onlyChecks ? [] : args;

let passed = 0;
let failed = 0;
let skipped = 0;

if (patterns.length === 0) {
  for (const [name, command, commandArgs] of checks) runCheck(name, command, commandArgs);
} else {
  runCheck('types', 'tsc', ['-b']);
}
if (!onlyChecks) runTests();

const tail = skipped > 0 ? `, ${skipped} skipped` : '';
console.log(`\n${passed} passed, ${failed} failed${tail}`);
process.exit(failed > 0 ? 1 : 0);

function runCheck(name, command, commandArgs) {
  const started = Date.now();
  const run = spawnSync(bin(command), commandArgs, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 });
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  const good = run.status === 0;
  if (good) passed += 1;
  else failed += 1;
  console.log(`${good ? 'passed' : 'FAILED'}  ${name} (${seconds} s)`);
  if (!good) console.log(`${run.stdout ?? ''}${run.stderr ?? ''}${run.error?.message ?? ''}`);
}

function runTests() {
  const report = `${results}/vitest.json`;
  rmSync(new URL(`../${report}`, import.meta.url), { force: true });
  mkdirSync(new URL(`../${results}`, import.meta.url), { recursive: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const run = spawnSync(bin('vitest'), ['run', ...reporters, ...patterns], { cwd: root, stdio: 'inherit' });
  let counts;
  try {
    counts = JSON.parse(readFileSync(new URL(`../${report}`, import.meta.url), 'utf8'));
  } catch {
    console.log('FAILED  the tests ended without a report');
    failed += 1;
    return;
  }
  passed += counts.numPassedTests;
  failed += counts.numFailedTests;
  skipped += counts.numPendingTests + counts.numTodoTests;
  // A file that does not load, or an error between tests, fails no test and is a failure all the same.
  if (run.status !== 0 && counts.numFailedTests === 0) failed += 1;
  if (counts.numPassedTests + counts.numFailedTests === 0) failed += 1;
}
