import { existsSync, realpathSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PLUGIN_KINDS, type PluginKind } from '@paretrain/core';
import { glob } from 'tinyglobby';
import { parse } from 'yaml';

/** A package that says, under `paretrain` in its package.json, which plugins it exports. */
export interface PluginPackage {
  readonly name: string;
  readonly version: string;
  readonly directory: string;
  /** File to import, absolute. */
  readonly entry: string;
  readonly offers: Readonly<Partial<Record<PluginKind, readonly string[]>>>;
}

interface PackageJson {
  readonly name?: string;
  readonly version?: string;
  readonly main?: string;
  readonly exports?: unknown;
  readonly paretrain?: Partial<Record<PluginKind, readonly string[]>>;
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
}

/**
 * Finds every plugin package that a program started in `from` can use: the packages of the workspace around it, the
 * dependencies of the nearest package.json, and the dependencies of this harness. Nothing is imported.
 */
export async function discoverPluginPackages(from: string): Promise<PluginPackage[]> {
  const directories = new Set<string>();
  const add = (directory: string | null) => {
    if (directory) directories.add(realpathSync(directory));
  };
  const workspace = findUpwards(from, 'pnpm-workspace.yaml');
  if (workspace) for (const directory of await workspacePackages(workspace)) add(directory);
  const own = findUpwards(dirname(fileURLToPath(import.meta.url)), 'package.json');
  const nearest = findUpwards(from, 'package.json');
  for (const root of new Set([nearest, own])) {
    if (!root) continue;
    const json = await readPackageJson(root);
    const require = createRequire(join(root, 'package.json'));
    for (const name of Object.keys({ ...json?.dependencies, ...json?.devDependencies })) {
      add(packageDirectory(require, name));
    }
    add(root);
  }
  const packages = await Promise.all([...directories].map(describePackage));
  return packages
    .filter((found): found is PluginPackage => found !== null)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The nearest folder at or above `from` that holds `file`. */
export function findUpwards(from: string, file: string): string | null {
  for (let directory = resolve(from); ; directory = dirname(directory)) {
    if (existsSync(join(directory, file))) return directory;
    if (dirname(directory) === directory) return null;
  }
}

async function workspacePackages(root: string): Promise<string[]> {
  const { packages = [] } = parse(await readFile(join(root, 'pnpm-workspace.yaml'), 'utf8')) as {
    packages?: string[];
  };
  const files = await glob(
    packages.map((pattern) => `${pattern}/package.json`),
    { cwd: root, ignore: ['**/node_modules/**'], absolute: true },
  );
  return files.map((file) => dirname(file));
}

function packageDirectory(require: NodeJS.Require, name: string): string | null {
  for (const folder of require.resolve.paths(name) ?? []) {
    const directory = join(folder, name);
    if (existsSync(join(directory, 'package.json'))) return directory;
  }
  return null;
}

async function describePackage(directory: string): Promise<PluginPackage | null> {
  const json = await readPackageJson(directory);
  if (!json?.name || !json.paretrain) return null;
  const offers = Object.fromEntries(
    PLUGIN_KINDS.map((kind) => [kind, json.paretrain![kind] ?? []] as const).filter(
      ([, names]) => names.length,
    ),
  );
  return {
    name: json.name,
    version: json.version ?? '0.0.0',
    directory,
    entry: join(directory, entryOf(json)),
    offers,
  };
}

function entryOf(json: PackageJson): string {
  let target: unknown = json.exports ?? json.main ?? 'index.js';
  for (const key of ['.', 'import', 'default']) {
    if (target && typeof target === 'object' && key in target)
      target = (target as Record<string, unknown>)[key];
  }
  return typeof target === 'string' ? target : 'index.js';
}

async function readPackageJson(directory: string): Promise<PackageJson | null> {
  try {
    return JSON.parse(await readFile(join(directory, 'package.json'), 'utf8')) as PackageJson;
  } catch {
    return null;
  }
}
