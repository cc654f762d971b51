import { readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { findUpwards } from '../registry/discover.ts';
import { BUILT_EXPORTS, commonManifest, json, type Surroundings } from './surroundings.ts';

const CORE = '@paretrain/core';

interface CorePackage {
  readonly name: string;
  readonly repository: { readonly type: string; readonly url: string };
  readonly engines: Readonly<Record<string, string>>;
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

/** In a clone of this repository: beside the other packages, with what they share. Null where `from` is not in one. */
export async function inClone(from: string): Promise<Surroundings | null> {
  const root = findUpwards(from, 'pnpm-workspace.yaml');
  const core = root && (await readCore(root));
  if (!core) return null;
  const { '@tensorflow/tfjs': tfjs } = core.peerDependencies;
  return {
    root,
    command: 'pnpm paretrain',
    install: [],
    test: 'pnpm test',
    packageName: ({ packagePrefix }, name) => `@paretrain/${packagePrefix}${name}`,
    folder: ({ parent, folderPrefix }, name) => join(parent, `${folderPrefix}${name}`),
    files: (request) => {
      const fromTarget = (path: string) => portable(relative(request.target, join(root, path)));
      const manifest = {
        ...commonManifest(request),
        repository: { ...core.repository, directory: portable(relative(root, request.target)) },
        exports: { '.': './src/index.ts', './package.json': './package.json' },
        publishConfig: { access: 'public', exports: BUILT_EXPORTS },
        files: ['dist', 'README.md'],
        paretrain: { [request.kind]: [request.name] },
        scripts: {
          ...Object.fromEntries(['build', 'typecheck'].map((script) => [script, core.scripts[script]!])),
          'check:package': `node ${fromTarget('scripts/check-package.mjs')}`,
          test: `vitest run --config ${fromTarget('vitest.shared.ts')} --root .`,
        },
        engines: core.engines,
        dependencies: { [CORE]: 'workspace:^', zod: core.dependencies['zod'] },
        peerDependencies: { '@tensorflow/tfjs': tfjs },
        devDependencies: { '@paretrain/testing': 'workspace:^', '@tensorflow/tfjs': tfjs },
      };
      return {
        'package.json': json(manifest),
        'tsconfig.json': json({
          extends: fromTarget('tsconfig.base.json'),
          include: ['src', 'test', '*.config.ts'],
        }),
        'tsdown.config.ts':
          `import { packageBuild } from '${fromTarget('tsdown.shared.ts')}';\n\n` +
          `export default packageBuild();\n`,
      };
    },
  };
}

/** The package.json of core, where the workspace has it. */
async function readCore(root: string): Promise<CorePackage | null> {
  try {
    const read = JSON.parse(await readFile(join(root, 'packages/core/package.json'), 'utf8')) as CorePackage;
    return read.name === CORE ? read : null;
  } catch {
    return null;
  }
}

function portable(path: string): string {
  return path.split(sep).join('/');
}
