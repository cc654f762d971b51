import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigurationError } from '@paretrain/core';
import { discoverPluginPackages, findUpwards } from '../registry/discover.ts';
import { formatFiles } from './format.ts';
import { inClone } from './in-clone.ts';
import { scaffoldKind, type ScaffoldKind } from './kinds.ts';
import { onItsOwn } from './on-its-own.ts';
import { camelCase, checkPackageName, checkPluginName, pascalCase } from './plugin-name.ts';
import type { PackageRequest, Surroundings } from './surroundings.ts';

export interface ScaffoldRequest {
  /** Kind of plugin: objective, augmentation, transform, dataset, evaluator, loss-network, method or backend. */
  readonly kind: string;
  /** Name of the plugin, as users will type it. */
  readonly name: string;
  /**
   * Folder to write. Default: in a clone of this repository where such packages are, elsewhere one called as the package. A relative one is
   * below the clone, elsewhere below `from`.
   */
  readonly directory?: string | undefined;
  /** Default: in a clone as the packages beside it are called, elsewhere `paretrain-<name>`. */
  readonly packageName?: string | undefined;
  /** Folder at or below which to write. */
  readonly from: string;
}

export interface ScaffoldedPlugin {
  readonly packageName: string;
  /** Folder of the package, absolute. */
  readonly directory: string;
  /** Paths of the files written, absolute. */
  readonly files: readonly string[];
  /** Whether it was written into a clone of this repository. */
  readonly inClone: boolean;
}

/**
 * Writes a package with a small working plugin of a kind and its test, which runs the conformance suite of that kind: in a clone of
 * this repository one like those beside it, elsewhere one that stands alone. The folder appears whole or not at all.
 * @throws {UnknownNameError} on an unknown kind
 * @throws {ConfigurationError} on an invalid name or one that is taken, or a folder that is not empty
 */
export async function scaffoldPlugin(request: ScaffoldRequest): Promise<ScaffoldedPlugin> {
  const { kind, ...about } = scaffoldKind(request.kind);
  const { name } = request;
  checkPluginName(name);
  const from = resolve(request.from);
  const clone = await inClone(from);
  const around = clone ?? (await onItsOwn(from));
  const packageName = request.packageName ?? around.packageName(about, name);
  checkPackageName(packageName);
  const target = resolve(around.root, request.directory ?? around.folder(about, name, packageName));
  for (const found of await discoverPluginPackages(around.root)) {
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
  const written: PackageRequest = { kind, name, packageName, target };
  const files = await formatFiles(around.root, target, {
    ...(await sources(kind, name, packageName)),
    ...around.files(written),
    'README.md': readme(written, about, around),
  });
  await writeWhole(target, files);
  return {
    packageName,
    directory: target,
    files: Object.keys(files).map((path) => join(target, path)),
    inClone: clone !== null,
  };
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

function readme(
  { kind, name, packageName }: PackageRequest,
  { example, use }: ScaffoldKind,
  { command, install, test }: Surroundings,
): string {
  const identifier = camelCase(`${name}-${kind}`);
  const filled = 'command' in use ? use.command : use.text;
  const used = fill(filled, { name, identifier });
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
    ...('command' in use ? ['```sh', ...install, `${command} ${used}`, '```'] : [used]),
    '',
    `Test it with \`${test}\` in this folder.`,
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
