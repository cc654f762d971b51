import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT, examples, type Example } from './support/documents.ts';

/*
 * Every ```ts example of a README or page is type-checked and run, as it stands, in an empty folder. Examples that say
 * which file they are (first line `// packages/...`) belong together: they are written to one workspace, and its tests are run.
 */
const DATA = process.env['PARETRAIN_DATA_DIR'] ?? join(ROOT, '../shared/data');

/** Examples that need something first: data the user has downloaded, or stored runs. */
const NEEDED_DATA: Readonly<Record<string, string>> = {
  'datasets/cifar-10/README.md': 'cifar-10-batches-bin',
  'datasets/mnist/README.md': 'mnist',
  'datasets/stl-10/README.md': 'stl10_binary',
  'datasets/svhn/README.md': 'svhn',
};

// Below this package, so that the examples find the packages where it finds them.
const place = mkdtempSync(fileURLToPath(new URL('./written-', import.meta.url)));
const single = examples('ts').filter(({ path }) => path === null);
const together = examples('ts', 'json').filter(({ path }) => path !== null);
const fileOf = (example: Example): string =>
  join(place, `${example.document.replace(/\W+/g, '-')}-${example.line}.ts`);
let folder: string;
// By its file: the examples run in a folder that has no packages.
const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'paretrain-docs-'));
  for (const example of single) await writeFile(fileOf(example), example.code);
  for (const { path, code } of together) {
    await mkdir(dirname(join(place, path!)), { recursive: true });
    await writeFile(join(place, path!), code);
  }
  // Some examples read stored runs: these are real, and small.
  const bench = [
    ...['bench', '--profile=smoke', '--methods=I-I-PW', '--seeds=1', '--no-cost', '--json'],
    ...['--set=dataset.rollouts=1', '--set=dataset.steps=30', '--set=training.batchSize=8'],
    ...['--set=evaluator.mlp.epochs=2'],
  ];
  await execa('node', [join(ROOT, 'benchmarks/harness/bin/paretrain.mjs'), ...bench], { cwd: folder, env });
}, 300_000);
afterAll(async () => {
  rmSync(place, { recursive: true, force: true });
  await rm(folder, { recursive: true, force: true });
});

const env = {
  NO_COLOR: '1',
  ...(existsSync(DATA) ? { PARETRAIN_DATA_DIR: DATA } : {}),
  PARETRAIN_CACHE_DIR: mkdtempSync(join(tmpdir(), 'paretrain-docs-cache-')),
};
afterAll(() => rm(env.PARETRAIN_CACHE_DIR, { recursive: true, force: true }));

it('there are examples', () => {
  expect(single.length).toBeGreaterThan(10);
  expect(together.length).toBeGreaterThan(2);
});

it('every example has the types it claims', { timeout: 300_000 }, async () => {
  const config = join(place, 'tsconfig.json');
  const compilerOptions = { noUnusedLocals: false };
  await writeFile(
    config,
    JSON.stringify({ extends: '../../../tsconfig.base.json', include: ['**/*.ts'], compilerOptions }),
  );
  const { all } = await execa('tsc', ['--noEmit', '-p', config], {
    ...{ cwd: ROOT, reject: false, all: true, preferLocal: true },
  });
  expect(all).toBe('');
});

it('examples that are files of a package import what its package.json declares', async () => {
  const manifest = together.find(({ path }) => path!.endsWith('package.json'))!;
  const folder = dirname(manifest.path!);
  const declared = JSON.parse(manifest.code) as Record<string, Record<string, string>>;
  const used = { ...declared['dependencies'], ...declared['peerDependencies'] };
  const files = together.filter(({ path }) => path!.startsWith(`${folder}/`) && path!.endsWith('.ts'));
  expect(files.length).toBeGreaterThan(4);
  for (const { path, code } of files) {
    // Who installs the package gets no development dependencies.
    const own = path!.startsWith(`${folder}/src/`) ? used : { ...used, ...declared['devDependencies'] };
    const imported = [...code.matchAll(/\b(?:from|import) '([^'.][^']*)'/g)].map(([, name]) => name);
    expect(Object.keys(own), path!).toEqual(expect.arrayContaining(imported));
  }
});

describe('every example runs', { timeout: 300_000 }, () => {
  for (const example of single) {
    const needed = NEEDED_DATA[example.document];
    const missing = needed !== undefined && !existsSync(join(DATA, needed));
    const reason = missing ? ` (skipped: ${DATA} has no ${needed}; set PARETRAIN_DATA_DIR)` : '';
    it.skipIf(missing)(`${example.document}:${example.line}${reason}`, async () => {
      const { exitCode, all } = await execa('node', ['--import', tsx, fileOf(example)], {
        ...{ cwd: folder, env, reject: false, all: true },
      });
      // Node prints the line that threw, which of bundled code is all of it.
      expect(
        exitCode,
        all
          ?.split('\n')
          .map((line) => line.slice(0, 200))
          .join('\n'),
      ).toBe(0);
    });
  }
});

it('examples that are files of a package pass their tests', { timeout: 300_000 }, async () => {
  const report = join(place, 'report.json');
  const config = join(place, 'vitest.config.mjs');
  const settings = { include: ['packages/*/test/*.test.ts'], pool: 'forks', testTimeout: 60_000 };
  await writeFile(config, `export default ${JSON.stringify({ test: settings })};\n`);
  const { all, exitCode } = await execa(
    'vitest',
    [
      'run',
      '--config',
      config,
      '--root',
      place,
      '--reporter=default',
      '--reporter=json',
      '--outputFile',
      report,
    ],
    { cwd: ROOT, reject: false, all: true, preferLocal: true, env: { NO_COLOR: '1' } },
  );
  expect(exitCode, all).toBe(0);
  const { numPassedTests } = JSON.parse(await readFile(report, 'utf8')) as { numPassedTests: number };
  expect(numPassedTests).toBeGreaterThan(7);
});
