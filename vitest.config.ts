import { defineConfig } from 'vitest/config';

/** One configuration for every package: sources are read through the `tidelock-source` condition, nothing is built first. */
export default defineConfig({
  resolve: { conditions: ['tidelock-source'] },
  ssr: { resolve: { conditions: ['tidelock-source', 'node', 'module', 'default'] } },
  oxc: { jsx: { runtime: 'automatic', importSource: 'hono/jsx' } },
  test: {
    include: ['packages/**/*.test.{ts,tsx}', 'examples/**/*.test.{ts,tsx}', 'test/**/*.test.{ts,tsx}'],
    exclude: ['**/node_modules/**', '**/dist/**', 'test/results/**'],
    pool: 'forks',
    globalSetup: ['test/components/install-missing.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
