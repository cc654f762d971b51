import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigurationError, UnknownNameError } from '@paretrain/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { discoverPluginPackages } from '../src/registry/discover.ts';
import { PluginRegistry } from '../src/registry/registry.ts';

const CORE = fileURLToPath(new URL('../../../packages/core/src/index.ts', import.meta.url));
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'paretrain-registry-'));
  await writeFile(join(root, 'pnpm-workspace.yaml'), 'packages:\n  - plugins/*\n');
  await writeFile(join(root, 'package.json'), '{"name":"mine"}');
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** A package with one objective. */
async function addPackage(folder: string, offered: string, exported = offered): Promise<void> {
  const directory = join(root, 'plugins', folder);
  await mkdir(directory, { recursive: true });
  const json = { name: folder, version: '1.0.0', exports: './index.ts', paretrain: { objective: [offered] } };
  await writeFile(join(directory, 'package.json'), JSON.stringify(json));
  await writeFile(
    join(directory, 'index.ts'),
    `import { defineObjective } from ${JSON.stringify(CORE)};
     export const plugin = defineObjective({ name: '${exported}', version: '1', description: 'd', predicts: 'image',
       compares: 'image', options: { safeParse: (value) => ({ success: true, data: value }) }, build: () => ({}) });`,
  );
}

describe('PluginRegistry', () => {
  it('finds the packages of a workspace beside its own and loads a plugin by name', async () => {
    await addPackage('mean-absolute', 'mean-absolute');
    const registry = await PluginRegistry.discover(root);
    expect(registry.names('objective')).toEqual(expect.arrayContaining(['mean-absolute', 'pixel-wise']));
    const plugin = await registry.load('objective', 'mean-absolute');
    expect(plugin.kind).toBe('objective');
    expect(plugin.name).toBe('mean-absolute');
  });

  it('answers an unknown name with the nearest', async () => {
    const registry = await PluginRegistry.discover(root);
    await expect(registry.load('objective', 'pixelwise')).rejects.toThrow(
      /unknown objective 'pixelwise'; did you mean 'pixel-wise'\?/,
    );
    await expect(registry.load('objective', 'x')).rejects.toThrow(UnknownNameError);
  });

  it('refuses two packages that offer the same plugin, naming both', async () => {
    await addPackage('one', 'huber');
    await addPackage('two', 'huber');
    await expect(PluginRegistry.discover(root)).rejects.toThrow(ConfigurationError);
    await expect(PluginRegistry.discover(root)).rejects.toThrow(
      /objective 'huber' is offered twice: by one .* and two /,
    );
  });

  it('refuses a package that does not export what it offers', async () => {
    await addPackage('broken', 'huber', 'other');
    const registry = await PluginRegistry.discover(root);
    await expect(registry.load('objective', 'huber')).rejects.toThrow(
      /package broken: its package.json offers objective 'huber'/,
    );
  });

  it('imports nothing to know the names', async () => {
    await addPackage('explosive', 'explosive');
    await writeFile(join(root, 'plugins', 'explosive', 'index.ts'), 'throw new Error("imported");');
    const packages = await discoverPluginPackages(root);
    expect(new PluginRegistry(packages).names('objective')).toContain('explosive');
  });
});
