import { defineConfig } from 'vitest/config';

/** Shared by every package: tests sit in `test/`, one process each so that tfjs backends never mix. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Packages that a test of the harness writes and tests itself.
    exclude: ['**/node_modules/**', 'test/written-*/**'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['default'],
  },
});
