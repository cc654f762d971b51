import { defineConfig } from 'vitest/config';

/** Shared by every package: tests sit in `test/`, one process each so that tfjs backends never mix. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: process.env['CI'] ? ['default'] : ['default'],
  },
});
