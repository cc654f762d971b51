import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigurationError } from '@paretrain/core';
import { discoverPluginPackages, findUpwards } from '../registry/discover.ts';
import { formatFiles } from './format.ts';
import { scaffoldKind, type ScaffoldKind } from './kinds.ts';
import { packageJson, readCore } from './package-json.ts';
import { camelCase, checkPluginName, pascalCase } from './plugin-name.ts';

export interface ScaffoldRequest {
  /** Kind of plugin: objective, augmentation, transform, dataset, evaluator, loss-network, method or backend. */
  readonly kind: string;
  /** Name of the plugin, as users will type it. */
  readonly name: string;
  /** Folder to write, relative to the workspace; default the workspace's folder for such packages. */
  readonly directory?: string | undefined;
  /** Folder with pnpm-workspace.yaml. */
  readonly workspaceRoot: string;
}

/**
 * Writes a package with a small working plugin of a kind and its test, which runs the conformance suite of that kind. The
 * folder appears whole or not at all.
 * @returns paths of the files written, absolute
 * @throws {UnknownNameError} on an unknown kind
 * @throws {ConfigurationError} on an invalid name or one that is taken, a folder that is not empty, or no workspace
 */
export async function scaffoldPlugin(request: ScaffoldRequest): Promise<{ files: string[] }> {
  const { kind, ...about } = scaffoldKind(request.kind);
  const { name } = request;
  checkPluginName(name);
  const root = resolve(request.workspaceRoot);
  if (!existsSync(join(root, 'pnpm-workspace.yaml'))) {
    throw new ConfigurationError(`workspace: received '${root}', valid: a folder with a pnpm-workspace.yaml`);
  }
  const target = resolve(root, request.directory ?? join(about.parent, `${about.folderPrefix}${name}`));
  const core = await readCore(root);
  const packageName = `${core.scope}${about.packagePrefix}${name}`;
  for (const found of await discoverPluginPackages(root)) {
    const taken = found.offers[kind]?.includes(name) ? `${kind} '${name}'` : undefined;
    if (taken || found.name === packageName) {
      throw new ConfigurationError(
        `${taken ?? `package ${packageName}`} exists already, in ${found.directory}; valid: another name`,
      );
    }
  }
  if (existsSync(target) && (await readdir(target)).length > 0) {
    throw new ConfigurationError(`folder: received '${target}', which is not empty; valid: a new folder`);
  }
  const files = await formatFiles(root, target, {
    ...(await sources(kind, name, packageName)),
    'package.json': packageJson({
      kind,
      name,
      packageName,
      usesTensors: about.usesTensors,
      core,
      root,
      target,
    }),
    'tsconfig.json': json({
      extends: portable(relative(target, join(root, 'tsconfig.base.json'))),
      include: ['src', 'test', '*.config.ts'],
    }),
    'tsdown.config.ts':
      `import { packageBuild } from '${portable(relative(target, join(root, 'tsdown.shared.ts')))}';\n\n` +
      `export default packageBuild(${kind === 'dataset' || kind === 'loss-network' ? "{ platform: 'node' }" : ''});\n`,
    'README.md': readme(kind, name, packageName, about),
  });
  await writeWhole(target, files);
  return { files: Object.keys(files).map((path) => join(target, path)) };
}

/** The example's sources and test, by path in the package. */
async function sources(kind: string, name: string, packageName: string): Promise<Record<string, string>> {
  const words = {
    name,
    package: packageName,
    identifier: camelCase(`${name}-${kind}`),
    Type: pascalCase(`${name}-${kind}`),
  };
  const templates = join(templatesFolder(), kind);
  const read = async (path: string): Promise<string> =>
    fill(await readFile(join(templates, `${path}.tmpl`), 'utf8'), words);
  return {
    'src/index.ts': await read('src/index.ts'),
    [`src/${name}.ts`]: await read('src/plugin.ts'),
    [`test/${name}.test.ts`]: await read('test/plugin.test.ts'),
  };
}

/** `templates` of this package, whether this file runs from source or from the build. */
function templatesFolder(): string {
  const own = findUpwards(dirname(fileURLToPath(import.meta.url)), 'templates');
  if (!own) throw new Error('the harness was installed without its templates folder');
  return join(own, 'templates');
}

function fill(template: string, words: Readonly<Record<string, string>>): string {
  return template.replace(/\{\{(\w+)\}\}/g, (_, word: string) => {
    const value = words[word];
    if (value === undefined) throw new Error(`the template names '${word}', which is unknown`);
    return value;
  });
}

function readme(kind: string, name: string, packageName: string, { example, use }: ScaffoldKind): string {
  const identifier = camelCase(`${name}-${kind}`);
  const lines = [
    `# ${packageName}`,
    '',
    example,
    '',
    '```ts',
    "import { parseOptions } from '@paretrain/core';",
    `import { ${identifier} } from '${packageName}';`,
    '',
    `console.log(parseOptions(${identifier}, {})); // the default options`,
    '```',
    '',
    `The plugin is \`${name}\`, of kind ${kind}, in \`src/${name}.ts\`; \`package.json\` names it under \`paretrain\`, which is how`,
    '`paretrain` finds it.',
    '',
    ...(use ? ['```sh', fill(use, { name }), '```', ''] : []),
    'Test it with `pnpm test` in this folder.',
  ];
  return `${lines.join('\n')}\n`;
}

/** Writes the folder beside its place, then moves it there. */
async function writeWhole(target: string, files: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  const partial = await mkdtemp(join(dirname(target), `.${basename(target)}-`));
  try {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(partial, path)), { recursive: true });
      await writeFile(join(partial, path), text);
    }
    await rm(target, { recursive: true, force: true });
    await rename(partial, target);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function portable(path: string): string {
  return path.split(sep).join('/');
}
