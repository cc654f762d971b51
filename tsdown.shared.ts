import { defineConfig, type UserConfig } from 'tsdown';

/** How every published package is built: ES modules with declarations, dependencies left external. */
export function packageBuild(overrides: UserConfig = {}): UserConfig {
  return defineConfig({
    entry: ['src/index.ts'],
    format: 'esm',
    target: 'node20',
    platform: 'neutral',
    dts: true,
    clean: true,
    sourcemap: true,
    deps: { neverBundle: [/^node:/, /^@tensorflow\//] },
    logLevel: 'warn',
    ...overrides,
  }) as UserConfig;
}
