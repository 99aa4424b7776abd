import { globSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import {
  determineHitLimitReached,
  DryRunStatus,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';

const registry = new URL('./test-registry.js', import.meta.url).href;
const testFiles = 'packages/engine/src/{decisions,account}/**/*.test.ts';

/**
 * Runs the tests of the engine in the process of the mutant, one after the other, each file imported once: twenty times as
 * fast as a Vitest run of its own for each of some thousand mutants, and with the same result. A mutant of what a module says as it loads is tried
 * with all modules loaded anew.
 */
class InProcessRunner {
  #generation = 0;
  #tests = null;
  #durations = new Map();
  #kills = new Map();
  #fault = undefined;
  #isTainted = false;

  capabilities() {
    return { reloadEnvironment: true };
  }

  async init() {
    const sandbox = pathToFileURL(`${process.cwd()}/packages/`).href;
    registerHooks({
      resolve: (specifier, context, next) => {
        if (specifier === 'vitest' && context.parentURL !== registry)
          return { url: registry, shortCircuit: true };
        const found = next(specifier, context);
        // Another query is another module: a new generation loads all of them anew.
        const isPlain = found.url.startsWith(sandbox) && !found.url.includes('?');
        return isPlain ? { ...found, url: `${found.url}?${this.#generation}` } : found;
      },
      load: (url, context, next) => {
        const loaded = next(url, context);
        if (!/\/platform\/node-crypto\.ts/.test(url)) return loaded;
        // A mutant is tried by hundreds of tests: argon2id at its least cost, here alone.
        const source = String(loaded.source)
          .replace('memory: cost.memoryKib', 'memory: 8')
          .replace('passes: cost.passes', 'passes: 1');
        return { ...loaded, source };
      },
    });
    process.on('unhandledRejection', (fault) => (this.#fault ??= fault));
  }

  async dryRun() {
    namespace().activeMutant = undefined;
    await this.#load();
    const results = await this.#run(this.#tests, { bail: false });
    return { status: DryRunStatus.Complete, tests: results, mutantCoverage: namespace().mutantCoverage };
  }

  async mutantRun({ activeMutant, hitLimit, mutantActivation, testFilter, disableBail }) {
    const ns = namespace();
    Object.assign(ns, { activeMutant: undefined, currentTestId: undefined, hitCount: 0, hitLimit });
    const isStatic = mutantActivation === 'static';
    if (isStatic) ns.activeMutant = activeMutant.id;
    try {
      if (isStatic || this.#tests === null || this.#isTainted) await this.#load();
    } catch (fault) {
      this.#isTainted = true;
      return toMutantRunResult(failure('the modules do not load', fault));
    }
    this.#isTainted = isStatic;
    ns.activeMutant = activeMutant.id;
    const wanted = testFilter && new Set(testFilter);
    const tests = this.#tests
      .filter(({ id }) => wanted === undefined || wanted.has(id))
      .toSorted((left, right) => this.#costOf(left) - this.#costOf(right));
    const results = await this.#run(tests, { bail: !disableBail });
    ns.activeMutant = undefined;
    for (const { id, status } of results)
      if (status === TestStatus.Failed) this.#kills.set(id, (this.#kills.get(id) ?? 0) + 1);
    const timeout = determineHitLimitReached(ns.hitCount, hitLimit);
    return toMutantRunResult(timeout ?? { status: DryRunStatus.Complete, tests: results });
  }

  /** Imports every test file, and with it all that it tests, as if nothing had been imported before. */
  async #load() {
    this.#generation += 1;
    const { beginFile, registered } = await import(registry);
    registered.length = 0;
    for (const file of globSync(testFiles).toSorted()) {
      beginFile(resolve(file));
      await import(`${pathToFileURL(resolve(file)).href}?${this.#generation}`);
    }
    this.#tests = [...registered];
  }

  /** What has killed mutants is tried first, and then what is fast. */
  #costOf({ id }) {
    return (this.#durations.get(id) ?? 0) / (1 + (this.#kills.get(id) ?? 0));
  }

  async #run(tests, { bail }) {
    const results = [];
    const ns = namespace();
    for (const { id, name, file, run } of tests) {
      ns.currentTestId = id;
      this.#fault = undefined;
      const begun = performance.now();
      let status = TestStatus.Success;
      let failureMessage;
      try {
        await run();
        if (this.#fault !== undefined) throw this.#fault;
      } catch (fault) {
        status = TestStatus.Failed;
        failureMessage = String(fault?.stack ?? fault);
      }
      ns.currentTestId = undefined;
      const timeSpentMs = performance.now() - begun;
      if (!this.#durations.has(id)) this.#durations.set(id, timeSpentMs);
      results.push({ id, name, fileName: file, status, failureMessage, timeSpentMs });
      if (bail && status === TestStatus.Failed) break;
    }
    return results;
  }
}

function namespace() {
  return (globalThis.__stryker__ ??= {});
}

function failure(name, fault) {
  const failureMessage = String(fault?.stack ?? fault);
  return {
    status: DryRunStatus.Complete,
    tests: [{ id: name, name, status: TestStatus.Failed, failureMessage, timeSpentMs: 0 }],
  };
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'in-process', InProcessRunner)];
