import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigurationError, UnknownNameError } from '@paretrain/core';
import { execa } from 'execa';
import { afterAll, describe, expect, it } from 'vitest';
import { scaffoldPlugin } from '../src/new/scaffold-plugin.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
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

const scaffold = (kind: string, name: string, folder = `${kind}-${name}`): Promise<{ files: string[] }> =>
  scaffoldPlugin({ kind, name, directory: relative(root, join(place, folder)), workspaceRoot: root });

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
      const { files } = await scaffoldPlugin({ kind, name, workspaceRoot: workspace });
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
      const again = scaffoldPlugin({ kind, name, workspaceRoot: workspace, directory: 'packages/elsewhere' });
      await expect(again).rejects.toThrow(ConfigurationError);
      await expect(again).rejects.toThrow(`${kind} '${name}' exists already`);
    }
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

  it('a folder that is no workspace', async () => {
    const run = scaffoldPlugin({ kind: 'objective', name: 'x', workspaceRoot: place });
    await expect(run).rejects.toThrow('pnpm-workspace.yaml');
  });
});
