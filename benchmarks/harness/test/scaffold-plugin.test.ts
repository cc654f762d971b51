import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { mkdir, readFile, readdir, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigurationError, UnknownNameError } from '@paretrain/core';
import { execa } from 'execa';
import { afterAll, describe, expect, it } from 'vitest';
import { TOOLS } from '../src/new/on-its-own.ts';
import { scaffoldPlugin, type ScaffoldedPlugin } from '../src/new/scaffold-plugin.ts';
import { discoverPluginPackages } from '../src/registry/discover.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const here = fileURLToPath(new URL('..', import.meta.url));
// Below this package, so that the examples find core, testing, zod and tfjs where it finds them.
const place = mkdtempSync(fileURLToPath(new URL('./written-', import.meta.url)));
afterAll(() => rmSync(place, { recursive: true, force: true }));

const KINDS = [
  'objective',
  'augmentation',
  'transform',
  'dataset',
  'evaluator',
  'loss-network',
  'method',
  'backend',
] as const;

const scaffold = (kind: string, name: string, folder = `${kind}-${name}`): Promise<ScaffoldedPlugin> =>
  scaffoldPlugin({ kind, name, directory: relative(root, join(place, folder)), from: root });

describe('every kind', () => {
  it(
    'is a package whose tests pass and whose types check, without an edit',
    { timeout: 120_000 },
    async () => {
      // A name that a program could trip over: two words, the second a reserved one.
      for (const kind of KINDS) await scaffold(kind, 'brand-new');
      const packages = await readdir(place);
      expect(packages.sort()).toEqual(KINDS.map((kind) => `${kind}-brand-new`).sort());
      const config = join(place, 'tsconfig.json');
      const include = packages.flatMap((name) => [`${name}/src`, `${name}/test`, `${name}/*.config.ts`]);
      await writeFile(config, JSON.stringify({ extends: '../../../../tsconfig.base.json', include }));
      const run = { cwd: root, reject: false, all: true, preferLocal: true, env: { NO_COLOR: '1' } } as const;
      const types = await execa('tsc', ['--noEmit', '-p', config], run);
      expect(types.all).toBe('');
      const report = join(place, 'report.json');
      const vitest = join(place, 'vitest.config.mjs');
      const settings = { include: ['*/test/*.test.ts'], pool: 'forks', maxWorkers: 2, testTimeout: 60_000 };
      await writeFile(vitest, `export default ${JSON.stringify({ test: settings })};\n`);
      const tests = await execa(
        'vitest',
        [
          ...['run', '--config', vitest, '--root', place],
          ...['--reporter=default', '--reporter=json', '--outputFile', report],
        ],
        run,
      );
      const results = JSON.parse(await readFile(report, 'utf8')) as {
        numPassedTests: number;
        testResults: {
          name: string;
          status: string;
          assertionResults: { status: string; fullName: string }[];
        }[];
      };
      const failed = results.testResults.flatMap(({ name, assertionResults }) =>
        assertionResults
          .filter(({ status }) => status !== 'passed')
          .map(({ fullName }) => `${name}: ${fullName}`),
      );
      expect(failed, tests.all).toEqual([]);
      expect(tests.exitCode, tests.all).toBe(0);
      expect(results.testResults.length).toBe(KINDS.length);
      expect(results.numPassedTests).toBeGreaterThan(7 * KINDS.length);
    },
  );

  it('is linted and formatted like the rest', { timeout: 60_000 }, async () => {
    const run = { cwd: root, reject: false, all: true, preferLocal: true } as const;
    const written = KINDS.map((kind) => join(place, `${kind}-brand-new`));
    const format = await execa('prettier', ['--check', '--ignore-path', '/dev/null', ...written], run);
    expect(format.exitCode, format.all).toBe(0);
    const lint = await execa('eslint', ['--no-ignore', ...written], run);
    expect(lint.exitCode, lint.all).toBe(0);
  });
});

describe('where it is written', () => {
  it('is where such packages are, with a manifest that names the plugin', async () => {
    const workspace = join(place, 'workspace');
    await mkdir(join(workspace, 'packages/core'), { recursive: true });
    await writeFile(join(workspace, 'pnpm-workspace.yaml'), 'packages:\n  - packages/*\n  - datasets/*\n');
    const core = await readFile(join(root, 'packages/core/package.json'), 'utf8');
    await writeFile(join(workspace, 'packages/core/package.json'), core);
    for (const [kind, name, folder] of [
      ['objective', 'huber', 'packages/loss-huber'],
      ['dataset', 'shapes', 'datasets/shapes'],
      ['evaluator', 'nearest-neighbours', 'packages/evaluator-nearest-neighbours'],
    ] as const) {
      const { files } = await scaffoldPlugin({ kind, name, from: workspace });
      expect(files.map((file) => relative(join(workspace, folder), file)).sort()).toEqual(
        [
          ...['README.md', 'package.json', 'tsconfig.json', 'tsdown.config.ts'],
          ...['src/index.ts', `src/${name}.ts`, `test/${name}.test.ts`],
        ].sort(),
      );
      const manifest = JSON.parse(await readFile(join(workspace, folder, 'package.json'), 'utf8')) as {
        paretrain: unknown;
        name: string;
        repository: { directory: string };
      };
      expect(manifest.paretrain).toEqual({ [kind]: [name] });
      expect(manifest.name).toBe(`@paretrain/${kind === 'objective' ? `loss-${name}` : `${kind}-${name}`}`);
      expect(manifest.repository.directory).toBe(folder);
      const left = await readdir(dirname(join(workspace, folder)));
      expect(left.filter((entry) => entry.startsWith('.'))).toEqual([]);
      expect(left).toContain(basename(folder));
      const again = scaffoldPlugin({ kind, name, from: workspace, directory: 'packages/elsewhere' });
      await expect(again).rejects.toThrow(ConfigurationError);
      await expect(again).rejects.toThrow(`${kind} '${name}' exists already`);
    }
  });
});

describe('outside a clone', () => {
  // Without this repository in sight: what a package does not name it does not find.
  const outside = realpathSync(mkdtempSync(join(tmpdir(), 'paretrain-new-')));
  afterAll(() => rmSync(outside, { recursive: true, force: true }));
  const read = async (folder: string) =>
    JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Record<
      string,
      Record<string, string>
    >;

  /** What `npm install` would do, with what is installed here. */
  async function link(folder: string): Promise<void> {
    const { dependencies, devDependencies } = await read(folder);
    const from = [here, join(root, 'packages/testing'), root].map((one) => createRequire(join(one, 'x.js')));
    for (const name of Object.keys({ ...dependencies, ...devDependencies })) {
      const found = from
        .flatMap((require) => require.resolve.paths(name)!.map((modules) => join(modules, name)))
        .concat(name === '@paretrain/harness' ? here : [])
        .find((path) => existsSync(path));
      const target = join(folder, 'node_modules', name);
      await mkdir(dirname(target), { recursive: true });
      await symlink(realpathSync(found!), target, 'junction');
    }
  }

  // The sources of the other kinds are tested above; these two are built for a browser and for Node.
  it.each(['method', 'dataset'])(
    'a %s is a package that stands alone',
    { timeout: 180_000 },
    async (kind) => {
      const { directory, files, packageName, inClone } = await scaffoldPlugin({
        ...{ kind, name: `my-${kind}`, from: outside },
      });
      expect({ packageName, inClone }).toEqual({ packageName: `paretrain-my-${kind}`, inClone: false });
      expect(directory).toBe(join(outside, `paretrain-my-${kind}`));
      expect(files.map((file) => relative(directory, file)).sort()).toEqual([
        ...['.gitignore', 'README.md', 'package.json', 'src/index.ts', `src/my-${kind}.ts`],
        ...[`test/my-${kind}.test.ts`, 'tsconfig.json', 'tsdown.config.ts', 'vitest.config.ts'],
      ]);
      for (const file of files) {
        const text = await readFile(file, 'utf8');
        expect(text, file).not.toMatch(/workspace:|\.\.\/\.\.|github\.com|pnpm/);
      }
      await link(directory);
      const run = { cwd: directory, reject: false, all: true, preferLocal: true, localDir: root } as const;
      for (const [command, ...args] of [['tsc', '--noEmit'], ['vitest', 'run'], ['tsdown']] as const) {
        const { exitCode, all } = await execa(command, args, { ...run, env: { NO_COLOR: '1' } });
        expect(exitCode, `${command}: ${all}`).toBe(0);
      }
      const found = (await discoverPluginPackages(directory)).find(({ name }) => name === packageName)!;
      expect(found).toMatchObject({ directory, offers: { [kind]: [`my-${kind}`] } });
      // As published: what its one file imports is what is installed with it.
      const { dependencies, peerDependencies } = await read(directory);
      const built = await readFile(found.entry, 'utf8');
      const imported = [...built.matchAll(/ from ["']([^"']+)["']/g)].map(([, name]) => name!);
      expect(imported.length).toBeGreaterThan(1);
      for (const name of imported.filter((one) => !one.startsWith('node:'))) {
        expect(Object.keys({ ...dependencies, ...peerDependencies })).toContain(name);
      }
      expect(existsSync(found.entry.replace(/\.js$/, '.d.ts'))).toBe(true);
    },
  );

  it('has the versions of this harness and of the tools of this repository', async () => {
    const { directory } = await scaffoldPlugin({ kind: 'transform', name: 'versions', from: outside });
    const { dependencies, peerDependencies, devDependencies } = await read(directory);
    const own = (await read(here))['version'] as unknown as string;
    const core = (await read(join(root, 'packages/core'))) as unknown as {
      version: string;
      dependencies: Record<string, string>;
      peerDependencies: Record<string, string>;
    };
    expect(dependencies).toEqual({ '@paretrain/core': `^${core.version}`, zod: core.dependencies['zod'] });
    expect(peerDependencies).toEqual(core.peerDependencies);
    expect(devDependencies).toMatchObject({ '@paretrain/harness': `^${own}`, ...TOOLS });
    expect((await read(root))['devDependencies']).toMatchObject(TOOLS);
  });

  it('is called what the user says, in the folder that the user says', async () => {
    const scoped = await scaffoldPlugin({
      ...{ kind: 'objective', name: 'huber', packageName: '@you/loss-huber', from: outside },
    });
    expect(scoped.directory).toBe(join(outside, 'loss-huber'));
    expect(await read(scoped.directory)).toMatchObject({
      name: '@you/loss-huber',
      publishConfig: { access: 'public' },
    });
    const elsewhere = await scaffoldPlugin({
      ...{ kind: 'objective', name: 'deep', directory: 'a/b/c', from: outside },
    });
    expect(elsewhere.directory).toBe(join(outside, 'a/b/c'));
  });

  it("is so in a workspace that is not this repository's, too", async () => {
    const workspace = join(outside, 'theirs');
    await mkdir(join(workspace, 'packages/core'), { recursive: true });
    await writeFile(join(workspace, 'pnpm-workspace.yaml'), 'packages:\n  - packages/*\n');
    await writeFile(join(workspace, 'packages/core/package.json'), '{ "name": "@you/core" }');
    const from = join(workspace, 'packages');
    const { directory, inClone } = await scaffoldPlugin({ kind: 'method', name: 'theirs', from });
    expect({ directory, inClone }).toEqual({ directory: join(from, 'paretrain-theirs'), inClone: false });
  });
});

describe('the command', () => {
  const run = async (cwd: string, ...args: readonly string[]) => {
    const bin = join(here, 'bin/paretrain.mjs');
    const { stdout } = await execa('node', [bin, 'new', ...args], { cwd, env: { NO_COLOR: '1' } });
    return stdout;
  };

  it('says what comes next, wherever the folder is', { timeout: 60_000 }, async () => {
    const deep = relative(root, join(place, 'command/a/b'));
    expect(await run(root, 'objective', 'next-one', '--directory', deep)).toContain(
      'Next: pnpm install, then pnpm test --filter=@paretrain/loss-next-one',
    );
    const outside = mkdtempSync(join(tmpdir(), 'paretrain-new-'));
    expect(await run(outside, 'objective', 'next-two')).toContain(
      'Next: npm install, then npm test, in paretrain-next-two',
    );
    const printed = JSON.parse(await run(outside, 'method', 'm', '--package=@you/m', '--json')) as object;
    expect(printed).toMatchObject({ ok: true, package: '@you/m' });
    rmSync(outside, { recursive: true });
  });
});

describe('rejects', () => {
  it('unknown kinds, with the nearest', async () => {
    await expect(scaffold('evaluater', 'x')).rejects.toThrow(UnknownNameError);
    await expect(scaffold('evaluater', 'x')).rejects.toThrow("did you mean 'evaluator'?");
    await expect(scaffold('suite', 'x')).rejects.toThrow(UnknownNameError);
  });

  it.each(['', 'Huber Loss', '1st', 'a--b', '../evil', 'a/b', 'ü', 'x'.repeat(200)])(
    'the name %j',
    async (name) => {
      await expect(scaffold('objective', name)).rejects.toThrow(ConfigurationError);
      await expect(scaffold('objective', name)).rejects.toThrow('valid: lower-case words');
    },
  );

  it('invalid names with a valid one like them', async () => {
    await expect(scaffold('objective', 'Huber Loss')).rejects.toThrow("such as 'huber-loss'");
    await expect(scaffold('objective', 'smoothL1')).rejects.toThrow("such as 'smooth-l1'");
  });

  it('names that are taken in the workspace, and folders that are not empty', async () => {
    await expect(scaffold('evaluator', 'mlp')).rejects.toThrow("evaluator 'mlp' exists already");
    await mkdir(join(place, 'full'), { recursive: true });
    await writeFile(join(place, 'full/file'), '');
    await expect(scaffold('evaluator', 'free', 'full')).rejects.toThrow('which is not empty');
    expect(await readdir(join(place, 'full'))).toEqual(['file']);
  });

  it('names that no package can have', async () => {
    const run = scaffoldPlugin({ kind: 'objective', name: 'x', packageName: '@You/x', from: root });
    await expect(run).rejects.toThrow(ConfigurationError);
    await expect(run).rejects.toThrow('@scope/name');
  });
});
