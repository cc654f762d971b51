/**
 * Installs the packed harness and the packages of this repository that it needs into an empty folder, with npm and without this
 * repository in sight, and starts the `paretrain` command there: what a user of the published packages gets. One data set that
 * is no dependency of the harness is installed beside it: the command must find that plugin too. So it must a package of the user's
 * own, which `paretrain new` writes, and which is tested, packed and installed as its author and its users would. Needs the packages built.
 * Usage: node scripts/check-published.mjs
 */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packPackage } from './pack-package.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const HARNESS = '@paretrain/harness';
const EXTRA_PLUGIN = '@paretrain/dataset-cifar-10';
const TESTING = '@paretrain/testing';
/** What a package of the user's own is made with, beside the packages of this repository. */
const TOOLS = ['@types/node', 'tsdown', 'typescript', 'vitest'];
/** A red pixel as PNG. */
const RED =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAADElEQVQImWP4z8AAAAMBAQCc479ZAAAAAElFTkSuQmCC';

/** Packages of the workspace by name: folder and package.json. */
function workspacePackages() {
  const folders = ['packages', 'datasets', 'benchmarks']
    .flatMap((group) => readdirSync(join(root, group)).map((name) => join(root, group, name)))
    // Not every folder is a package: benchmarks/results holds stored runs.
    .filter((folder) => existsSync(join(folder, 'package.json')));
  return new Map(
    folders.map((folder) => {
      const json = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      return [json.name, { folder, json }];
    }),
  );
}

/** The named packages and all that they depend on, of this workspace. */
function closure(packages, names) {
  const found = new Set();
  const visit = (name) => {
    if (found.has(name) || !packages.has(name)) return;
    found.add(name);
    const { json } = packages.get(name);
    if (json.private) throw new Error(`${name} is private, but a published package depends on it`);
    Object.keys({ ...json.dependencies, ...json.peerDependencies }).forEach(visit);
  };
  names.forEach(visit);
  return [...found];
}

function check(condition, message) {
  if (!condition) throw new Error(message);
  console.log(`ok: ${message}`);
}

const folder = mkdtempSync(join(tmpdir(), 'paretrain-published-'));
try {
  const packages = workspacePackages();
  const names = closure(packages, [HARNESS, EXTRA_PLUGIN, TESTING]);
  const tarballs = Object.fromEntries(
    names.map((name) => [name, `file:${packPackage(packages.get(name).folder, folder)}`]),
  );
  console.log(`packed ${names.length} packages`);
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const tools = Object.fromEntries(TOOLS.map((name) => [name, devDependencies[name]]));
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({
      private: true,
      type: 'module',
      dependencies: { ...tarballs, ...tools },
      overrides: Object.fromEntries(names.map((name) => [name, `$${name}`])),
    }),
  );
  const run = (command, args, { env = {}, ...options } = {}) =>
    execFileSync(command, args, {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
      shell: process.platform === 'win32',
      env: { ...process.env, PARETRAIN_CACHE_DIR: join(folder, 'cache'), ...env },
      ...options,
    });
  const install = (...args) =>
    run('npm', ['install', ...args, '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error']);
  install();
  const paretrain = (...args) => run('npx', ['--no-install', 'paretrain', ...args]);
  const json = (...args) => JSON.parse(paretrain(...args, '--json'));

  const { backends } = json('backends');
  check(
    backends.some(({ name, available }) => name === 'wasm' && available),
    'paretrain backends: the wasm backend is available',
  );
  const listed = json('bench', '--list');
  check(listed.runs.length >= 21, `paretrain bench --list: ${listed.runs.length} runs`);
  const { datasets } = json('data', 'list');
  check(
    ['lunar-lander', 'cifar-10'].every((name) => datasets.some((dataset) => dataset.name === name)),
    'paretrain data list: finds the plugin of a package installed beside the harness',
  );
  // Runs and costs are processes of their own, forked from files of the package.
  const tiny = ['--profile=smoke', '--methods=I-I-PW', '--set=dataset.rollouts=1', '--set=dataset.steps=30'];
  const bench = json('bench', ...tiny, '--set=training.batchSize=8', '--no-cost', '--out=results');
  check(bench.ok && bench.runs.length >= 1, `paretrain bench: ${bench.runs.length} runs finished`);
  check(readFileSync(bench.report, 'utf8').includes('</html>'), 'paretrain bench: wrote the report');
  // The exported module imports published packages, in plain Node.
  const { id } = bench.runs.find(({ method }) => method === 'I-I-PW');
  json('export', id, '--out=encoder');
  mkdirSync(join(folder, 'images'));
  writeFileSync(join(folder, 'images', 'red.png'), RED, 'base64');
  const embedded = json('embed', id, 'images', '--out=embeddings.csv');
  const row = readFileSync(join(folder, 'embeddings.csv'), 'utf8')
    .split('\n')[1]
    .split(',')
    .slice(1)
    .map(Number);
  const [own] = run('node', ['encoder/embed.mjs', 'images/red.png'])
    .trim()
    .split('\n')
    .slice(-1)
    .map(JSON.parse);
  check(
    embedded.images === 1 &&
      own.length === row.length &&
      own.every((value, i) => Math.abs(value - row[i]) < 1e-5),
    `paretrain export: its module embeds as paretrain embed does, ${own.length} numbers`,
  );
  const cost = json('cost', '--methods=I-I-PW', '--batch-size=2', '--latent-sizes=8');
  check(cost.steps.length === 1 && cost.steps[0].msPerStep > 0, 'paretrain cost: measured a step');
  // Inside the folder, so that it finds what was installed there without installing it once more.
  const { package: name } = json('new', 'method', 'my-method');
  const written = { cwd: join(folder, name) };
  const tested = run('npx', ['--no-install', 'vitest', 'run', '--reporter=json'], written);
  const { success, numPassedTests } = JSON.parse(tested.slice(tested.indexOf('{"')));
  check(success && numPassedTests > 10, `paretrain new: ${numPassedTests} tests of the package pass`);
  for (const script of ['typecheck', 'build']) run('npm', ['run', script], written);
  const [packed] = JSON.parse(run('npm', ['pack', '--json', '--ignore-scripts'], written));
  install(`./${name}/${packed.filename}`);
  const mine = json('bench', '--methods=my-method', '--list');
  check(
    mine.runs.some(({ method }) => method === 'my-method'),
    `paretrain bench --list: finds ${name}, installed as it is packed`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
