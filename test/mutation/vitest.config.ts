import { defineConfig, type Plugin } from 'vitest/config';

/** A mutant is tried by hundreds of tests: argon2id at its least cost, here alone, keeps a run within hours. */
const cheapHash: Plugin = {
  name: 'cheap-hash',
  enforce: 'pre',
  transform: (code, id) =>
    id.endsWith('/platform/node-crypto.ts')
      ? code.replace('memory: cost.memoryKib', 'memory: 8').replace('passes: cost.passes', 'passes: 1')
      : null,
};

export default defineConfig({
  plugins: [cheapHash],
  resolve: { conditions: ['tidelock-source'] },
  ssr: { resolve: { conditions: ['tidelock-source', 'node', 'import', 'module', 'default'] } },
  test: { include: ['packages/engine/src/{decisions,account}/**/*.test.ts'], testTimeout: 30_000 },
});
