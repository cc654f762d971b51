import { readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { ConfigurationError, type PluginKind } from '@paretrain/core';

interface CorePackage {
  readonly license: string;
  readonly repository: { readonly type: string; readonly url: string };
  readonly engines: Readonly<Record<string, string>>;
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  /** With its slash. */
  readonly scope: string;
}

/** What new packages take over from the workspace's core: versions, licence, scripts. */
export async function readCore(root: string): Promise<CorePackage> {
  const path = join(root, 'packages/core/package.json');
  try {
    const read = JSON.parse(await readFile(path, 'utf8')) as Omit<CorePackage, 'scope'> & { name: string };
    return { ...read, scope: `${read.name.split('/')[0]}/` };
  } catch (cause) {
    throw new ConfigurationError(`workspace: received '${root}', whose ${path} cannot be read`, { cause });
  }
}

export interface PackageRequest {
  readonly kind: PluginKind;
  readonly name: string;
  readonly packageName: string;
  readonly usesTensors: boolean;
  readonly core: CorePackage;
  readonly root: string;
  readonly target: string;
}

const DESCRIPTIONS: Readonly<Partial<Record<PluginKind, string>>> = {
  objective: 'objective',
  dataset: 'data set',
  'loss-network': 'loss network',
};

/** The package.json of a plugin package, as those beside it. */
export function packageJson({
  kind,
  name,
  packageName,
  usesTensors,
  core,
  root,
  target,
}: PackageRequest): string {
  const tfjs = core.peerDependencies['@tensorflow/tfjs']!;
  const fromTarget = (path: string) => relative(target, join(root, path)).split(sep).join('/');
  const scripts = {
    ...Object.fromEntries(['build', 'typecheck'].map((script) => [script, core.scripts[script]!])),
    'check:package': `node ${fromTarget('scripts/check-package.mjs')}`,
    test: `vitest run --config ${fromTarget('vitest.shared.ts')} --root .`,
  };
  const content = {
    name: packageName,
    version: '0.1.0',
    description: `The ${name} ${DESCRIPTIONS[kind] ?? kind}`,
    license: core.license,
    type: 'module',
    sideEffects: false,
    keywords: ['paretrain', 'paretrain-plugin'],
    repository: { ...core.repository, directory: relative(root, target).split(sep).join('/') },
    exports: { '.': './src/index.ts', './package.json': './package.json' },
    publishConfig: {
      access: 'public',
      exports: {
        '.': { types: './dist/index.d.ts', default: './dist/index.js' },
        './package.json': './package.json',
      },
    },
    files: ['dist', 'README.md'],
    paretrain: { [kind]: [name] },
    scripts,
    engines: core.engines,
    dependencies: { '@paretrain/core': 'workspace:^', zod: core.dependencies['zod'] },
    ...(usesTensors && { peerDependencies: { '@tensorflow/tfjs': tfjs } }),
    devDependencies: {
      '@paretrain/testing': 'workspace:^',
      '@tensorflow/tfjs': tfjs,
    },
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}
