import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findUpwards } from '../registry/discover.ts';
import { BUILT_EXPORTS, commonManifest, json, type Surroundings } from './surroundings.ts';

/** What a package is built, type-checked and tested with: the versions that this repository uses. */
export const TOOLS: Readonly<Record<string, string>> = {
  '@types/node': '^20.19.0',
  tsdown: '~0.21.10',
  typescript: '~6.0.3',
  vitest: '~4.1.12',
};

const COMPILER_OPTIONS = {
  target: 'ES2022',
  lib: ['ES2023', 'DOM'],
  module: 'NodeNext',
  types: ['node'],
  strict: true,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  erasableSyntaxOnly: true,
  allowImportingTsExtensions: true,
  noEmit: true,
  skipLibCheck: true,
};

const TSDOWN_CONFIG = `import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: ['src/index.ts'],
  format: 'esm',
  target: 'node20',
  // dist/index.js and not dist/index.mjs.
  platform: 'neutral',
  dts: true,
  deps: { neverBundle: [/^node:/] },
});
`;

const VITEST_CONFIG = `import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // One process each, so that TensorFlow.js backends never mix.
    pool: 'forks',
    testTimeout: 60_000,
  },
});
`;

/** Anywhere else: a package that needs nothing but what it installs. */
export async function onItsOwn(from: string): Promise<Surroundings> {
  const versions = await ownVersions();
  const pick = (...names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, versions[name]!]));
  return {
    root: from,
    command: 'npx paretrain',
    install: ['npm install', 'npm run build'],
    test: 'npm test',
    packageName: (_about, name) => `paretrain-${name}`,
    folder: (_about, _name, packageName) => packageName.replace(/^@.*\//, ''),
    files: (request) => ({
      'package.json': json({
        ...commonManifest(request),
        exports: BUILT_EXPORTS,
        publishConfig: { access: 'public' },
        files: ['dist', 'README.md'],
        paretrain: { [request.kind]: [request.name] },
        scripts: { build: 'tsdown', prepack: 'tsdown', test: 'vitest run', typecheck: 'tsc --noEmit' },
        engines: { node: '>=20.19' },
        dependencies: pick('@paretrain/core', 'zod'),
        peerDependencies: pick('@tensorflow/tfjs'),
        devDependencies: {
          ...pick('@paretrain/harness', '@paretrain/testing', '@tensorflow/tfjs'),
          ...TOOLS,
        },
      }),
      'tsconfig.json': json({
        compilerOptions: COMPILER_OPTIONS,
        include: ['src', 'test', '*.config.ts'],
      }),
      'tsdown.config.ts': TSDOWN_CONFIG,
      'vitest.config.ts': VITEST_CONFIG,
      '.gitignore': 'dist/\nnode_modules/\n',
    }),
  };
}

/** Of this harness and of what its package.json names: what a package is made for that is to work with it. */
async function ownVersions(): Promise<Record<string, string>> {
  const own = findUpwards(dirname(fileURLToPath(import.meta.url)), 'package.json')!;
  const { name, version, dependencies, devDependencies } = await readManifest(join(own, 'package.json'));
  const require = createRequire(join(own, 'package.json'));
  const ranges = Object.entries({ ...devDependencies, ...dependencies }).map(async ([other, range]) => {
    // In a clone, where packages are linked; publishing puts the version in its place.
    if (!range.startsWith('workspace:')) return [other, range] as const;
    return [other, `^${(await readManifest(require.resolve(`${other}/package.json`))).version}`] as const;
  });
  return { ...Object.fromEntries(await Promise.all(ranges)), [name]: `^${version}` };
}

async function readManifest(path: string) {
  return JSON.parse(await readFile(path, 'utf8')) as {
    name: string;
    version: string;
    dependencies?: Record<string, string>;
    devDependencies?: Record<string, string>;
  };
}
