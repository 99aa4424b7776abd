import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Guard } from './guard.ts';

export const root = fileURLToPath(new URL('../../', import.meta.url));

const vitestMinutesMax = 3;
/** What tests write or read of a build stays behind; the packages are linked anew, or their sources would be the real ones. */
const left = new Set(['node_modules', 'results', 'dist', 'data']);
const copied = [
  'packages',
  'examples',
  'test',
  'docs',
  'package.json',
  'tsconfig.json',
  'tsconfig.base.json',
  'vitest.config.ts',
];
const ownScope = '@tidelock';

/** A source without one of its guards. @throws RangeError where the text to replace is not there exactly once */
export function withoutGuard(source: string, { file, find, replace }: Guard): string {
  const places = source.split(find).length - 1;
  if (places !== 1)
    throw new RangeError(
      `The text of a guard occurs ${places} times in ${file}: move its patch in test/guards with it.`,
    );
  return source.replace(find, () => replace);
}

/** A copy of the sources and their tests, in which a guard can be missing. */
export class GuardedCopy {
  readonly #folder: string = mkdtempSync(join(tmpdir(), 'tidelock-guards-'));

  constructor() {
    for (const name of copied)
      cpSync(join(root, name), join(this.#folder, name), {
        recursive: true,
        filter: (path) => !left.has(basename(path)),
      });
    this.#linkModules();
    // Some tests ask git for the list of sources.
    spawnSync('git', ['init', '--quiet'], { cwd: this.#folder });
  }

  /** The titles of the tests of one file that pass and fail, of those whose title begins with one of the names. */
  run(file: string, names: readonly string[]): { readonly passed: string[]; readonly failed: string[] } {
    const report = join(this.#folder, 'report.json');
    rmSync(report, { force: true });
    const pattern = names.map((name) => name.replaceAll(/[^\w ]/g, '.')).join('|');
    const run = spawnSync(
      process.execPath,
      [
        join(root, 'node_modules/vitest/vitest.mjs'),
        'run',
        file,
        '--testNamePattern',
        pattern,
        '--reporter=json',
        `--outputFile=${report}`,
      ],
      { cwd: this.#folder, encoding: 'utf8', timeout: vitestMinutesMax * 60_000 },
    );
    const tests = resultsOf(report);
    if (tests.length === 0) throw new Error(`No test of ${file} ran:\n${run.stdout}\n${run.stderr}`);
    const titlesOf = (status: string) =>
      tests.filter((test) => test.status === status).map(({ title }) => title);
    return { passed: titlesOf('passed'), failed: titlesOf('failed') };
  }

  /** Runs the guard's own test while the guard is missing. */
  runWithout(guard: Guard): { readonly passed: string[]; readonly failed: string[] } {
    const path = join(this.#folder, guard.file);
    const source = readFileSync(path, 'utf8');
    writeFileSync(path, withoutGuard(source, guard));
    try {
      return this.run(guard.test.file, [guard.test.name]);
    } finally {
      writeFileSync(path, source);
    }
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #linkModules(): void {
    const modules = join(this.#folder, 'node_modules');
    mkdirSync(join(modules, ownScope), { recursive: true });
    for (const name of readdirSync(join(root, 'node_modules')))
      if (name !== ownScope) symlinkSync(join(root, 'node_modules', name), join(modules, name));
    for (const kind of ['packages', 'examples'])
      for (const name of readdirSync(join(this.#folder, kind))) {
        const own = join(root, kind, name, 'node_modules');
        const { name: full } = JSON.parse(
          readFileSync(join(this.#folder, kind, name, 'package.json'), 'utf8'),
        ) as { name: string };
        if (full.startsWith(ownScope)) symlinkSync(join(this.#folder, kind, name), join(modules, full));
        try {
          readdirSync(own);
          symlinkSync(own, join(this.#folder, kind, name, 'node_modules'));
        } catch {
          // It has none of its own.
        }
      }
  }
}

interface TestResult {
  readonly title: string;
  readonly status: string;
}

function resultsOf(report: string): readonly TestResult[] {
  try {
    const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as {
      testResults: { assertionResults: TestResult[] }[];
    };
    return testResults
      .flatMap(({ assertionResults }) => assertionResults)
      .filter(({ status }) => status === 'passed' || status === 'failed');
  } catch {
    return [];
  }
}
