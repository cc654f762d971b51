import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PLUGIN_KINDS } from '@paretrain/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeSandbox, type Sandbox } from './support/paretrain.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await makeSandbox();
});
afterAll(() => sandbox.remove());

describe('the command line refuses bad usage with one line and exit code 2', { timeout: 60_000 }, () => {
  it.each([
    [['bnech'], /unknown command 'bnech'; did you mean 'bench'\?/],
    [
      ['bench', 'feature-predicton'],
      /unknown suite 'feature-predicton'; did you mean 'feature-prediction'\?/,
    ],
    [['bench', '--profile', 'quik'], /unknown profile 'quik'; did you mean 'quick'\?/],
    [['bench', '--methods', 'I-I-PX', '--list'], /unknown method 'I-I-PX'; did you mean 'I-I-PW'\?/],
    [['bench', '--datasets', 'lunar', '--list'], /unknown data set 'lunar'; did you mean 'lunar-lander'\?/],
    [
      ['bench', '--loss-networks', 'cafenet', '--list'],
      /unknown loss network 'cafenet'; did you mean 'caffenet'\?/,
    ],
    [
      ['bench', '--set', 'loss-network.sigmiod=false', '--list'],
      /unknown loss-network option 'sigmiod'; did you mean 'sigmoid'\?/,
    ],
    [['bench', '--backends', 'wasmm', '--list'], /unknown backend 'wasmm'; did you mean 'wasm'\?/],
    [['bench', '--latent-sizes', '0', '--list'], /--latent-sizes: received '0', valid: an integer from 1/],
    [['bench', '--latent-sizes', '-4', '--list'], /--latent-sizes: received '-4'/],
    [['bench', '--seeds', 'three', '--list'], /--seeds: received 'three', valid: an integer from 1/],
    [['bench', '--workers', '1.5', '--list'], /--workers: received '1.5'/],
    [['bench', '--metods', 'I-I-PW'], /unknown option '--metods'; did you mean '--methods'\?/],
    [['bench', '--set', 'epochs=3', '--list'], /--set: received 'epochs=3', valid: <part>\.<option>=<value>/],
    [
      ['bench', '--set', 'trainng.epochs=3', '--list'],
      /unknown part of --set 'trainng'; did you mean 'training'\?/,
    ],
    [
      ['bench', '--set', 'training.epoch=3', '--list'],
      /training: unknown option 'epoch'; did you mean 'epochs'\? Valid: batchSize, .*\bepochs,/,
    ],
    [
      ['bench', '--set', 'method.objective={"reductio":"sum"}', '--list'],
      /option of 'objective' 'reductio'; did you mean 'reduction'\?/,
    ],
    [['bench', '--no-seeds', '3'], /unknown option '--no-seeds': --seeds takes a value/],
    [
      ['bench', '--data-dir', 'README.md'],
      /data folder: received 'README.md', which is no folder; see --data-dir and PARETRAIN_DATA_DIR/,
    ],
    [
      ['bench', '--augmentation', 'rotatoin', '--list'],
      /unknown augmentation 'rotatoin'; did you mean 'rotation'/,
    ],
    [
      ['bench', '--augmentation', 'rotation', '--list'],
      /--augmentation: received 'rotation', but none of the chosen methods trains on/,
    ],
    [
      ['bench', '--continue-from', 'auto', '--list'],
      /unknown backend 'auto'\. Valid: wasm, webgpu, tensorflow(, (?!auto|all)[\w-]+)*\.$/m,
    ],
    [['cost', '--rounds', '1'], /--rounds: received '1', valid: an integer from 6/],
    [['bench', 'nope'], /unknown suite 'nope'\. Valid: augmentation-pairs, /],
    [['bench', '--set', 'training.epochs=many', '--list'], /training: option 'epochs': received "many"/],
    [
      ['bench', '--set', 'dataset.rolouts=3', '--list'],
      /unknown data set option 'rolouts'; did you mean 'rollouts'\?/,
    ],
    [
      ['bench', '--set', 'dataset.imageSize=5', '--list'],
      /dataset 'lunar-lander': option 'imageSize': received 5/,
    ],
    [['bench', '--set', 'method.klWieght=1', '--list'], /unknown method option 'klWieght'/],
    [
      ['bench', '--set', 'evaluator.mpl.epochs=3', '--list'],
      /unknown evaluator of this profile 'mpl'; did you mean 'mlp'\?/,
    ],
    [
      ['bench', '--data-dir', '/nowhere/at/all'],
      /data folder: received '\/nowhere\/at\/all', which does not exist/,
    ],
    [['bench', '--profile', 'paper', '--json', '--list', 'surplus', 'word'], /unexpected argument/],
    [
      ['data', 'verify', 'lunar-landr'],
      /unknown data set or loss network 'lunar-landr'; did you mean 'lunar-lander'\?/,
    ],
  ])('%j', async (args, message) => {
    const { code, stderr, stdout } = await sandbox.runHere(args as string[]);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(code).toBe(2);
    if ((args as string[]).includes('--json')) expect(JSON.parse(stdout).ok).toBe(false);
    else expect(stdout).toBe('');
  });

  it('as a process too', async () => {
    const { code, stdout, stderr } = await sandbox.run(['bnech', '--json']);
    expect(stderr).toMatch(/^paretrain: unknown command 'bnech'; did you mean 'bench'\?.*\n$/);
    expect(JSON.parse(stdout).ok).toBe(false);
    expect(code).toBe(2);
  });

  it('a folder that is a file', async () => {
    const file = join(sandbox.directory, 'file');
    await writeFile(file, '');
    const { code, stderr } = await sandbox.runHere([
      'bench',
      '--profile',
      'smoke',
      '--out',
      join(file, 'results'),
    ]);
    expect(stderr).toMatch(/--out: cannot write to .*ENOTDIR/);
    expect(code).toBe(2);
  });

  it.skipIf(process.getuid?.() === 0)('a folder without permission (not as root)', async () => {
    const directory = join(sandbox.directory, 'closed');
    await mkdir(directory);
    await chmod(directory, 0o500);
    const { code, stderr } = await sandbox.runHere([
      'bench',
      '--profile',
      'smoke',
      '--out',
      join(directory, 'results'),
    ]);
    expect(stderr).toMatch(/--out: cannot write to .*EACCES/);
    expect(code).toBe(2);
  });

  it('a report without results says what to run', async () => {
    const { code, stderr } = await sandbox.runHere(['report', '--out', join(sandbox.directory, 'none')]);
    expect(stderr).toMatch(
      /no results of suite 'feature-prediction'.*npx pnpm@10 bench feature-prediction .*--out .*none\n$/,
    );
    expect(code).toBe(2);
  });

  it('asks for --yes above an hour', async () => {
    const { code, stderr } = await sandbox.runHere([
      'bench',
      '--profile=reduced',
      '--datasets=lunar-lander',
      '--set=dataset.rollouts=1',
      '--set=dataset.steps=5',
      `--out=${sandbox.results}`,
      '--json',
    ]);
    expect(stderr).toMatch(/This will take about .*Add --yes to start it/);
    expect(code).toBe(2);
  });
});

describe('paretrain', { timeout: 60_000 }, () => {
  it('lists the matrix', async () => {
    const { stdout, code } = await sandbox.runHere(['bench', '--list', '--json']);
    const { runs } = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(runs.filter((run: { reference: boolean }) => !run.reference)).toHaveLength(7 * 3);
    expect(runs).toHaveLength(9 * 3);
  });

  it('takes methods and data sets that the suite leaves out', async () => {
    const { stdout, code } = await sandbox.runHere([
      'bench',
      '--methods=VAE,I-I-PW',
      '--datasets=stl-10',
      '--list',
      '--json',
    ]);
    expect(code).toBe(0);
    const runs = JSON.parse(stdout).runs as { method: string; reference: boolean; seed: number }[];
    const methods = runs
      .filter(({ reference, seed }) => !reference && seed === 0)
      .map(({ method }) => method);
    expect(methods).toEqual(['I-I-PW', 'VAE']);
    expect(runs.every((run) => (run as unknown as { dataset: string }).dataset === 'stl-10')).toBe(true);
  });

  it('runs methods that use a loss network with each of several, others once', async () => {
    const flags = ['--methods=I-I-PS,I-I-PW', '--loss-networks=random,caffenet', '--seeds=1'];
    const set = ['--set=loss-network.padTo=224', '--set=loss-network.sigmoid=false'];
    const { stdout, code } = await sandbox.runHere(['bench', ...flags, ...set, '--list', '--json']);
    expect(code).toBe(0);
    const runs: { method: string; lossNetwork: string | null; lossNetworkOptions: unknown }[] =
      JSON.parse(stdout).runs;
    const used = runs.filter(({ method }) => method.startsWith('I-I'));
    expect(used.map(({ method, lossNetwork }) => [method, lossNetwork])).toEqual([
      ['I-I-PW', null],
      ['I-I-PS', 'random'],
      ['I-I-PS', 'caffenet'],
    ]);
    // Each takes the options that it has.
    expect(used.map(({ lossNetworkOptions }) => lossNetworkOptions)).toEqual([
      null,
      { seed: 0, sigmoid: false },
      { layer: 'relu2', normalise: true, sigmoid: false, padTo: 224 },
    ]);
  });

  it('transforms images and trains on a part of them, of any data set', async () => {
    const list = async (...set: string[]) => {
      const flags = set.map((each) => `--set=dataset.${each}`);
      const { stdout, stderr, code } = await sandbox.runHere(['bench', '--list', '--json', ...flags]);
      return code === 0 ? JSON.parse(stdout).runs[0] : stderr;
    };
    expect(await list()).toMatchObject({ transforms: [], subset: null });
    const run = await list('transforms=three-channels,tile', 'subset=0.5', 'imageSize=80');
    expect(run.transforms).toEqual([
      { name: 'three-channels', version: '1.0.0', options: {} },
      { name: 'tile', version: '1.0.0', options: { rows: 2, columns: 2 } },
    ]);
    expect(run.subset).toEqual({ size: 0.5, seed: 0, splits: ['pretrain', 'train'] });
    expect(run.datasetOptions).toMatchObject({ imageSize: 80 });
    expect(
      (await list('transforms=[{"name":"pad","options":{"height":96,"width":70}}]')).transforms,
    ).toMatchObject([{ options: { height: 96, width: 70 } }]);
    expect(await list('transforms=tiles')).toMatch(/unknown transform 'tiles'; did you mean 'tile'\?/);
    expect(await list('transforms=3')).toMatch(/transforms: received 3, valid: names separated by commas/);
    expect(await list('transforms=pad')).toMatch(/pad: received images of 64x64x3, valid: at most 32x32/);
    expect(await list('subset=1.5')).toMatch(/subset: .*received 1.5, valid: a number of images from 2/);
    expect((await list('subset=1')).subset).toBeNull();
  });

  it('uses as much of another data set as the profile says, unless the user does', async () => {
    const flags = ['bench', '--profile=smoke', '--datasets=lunar-lander,stl-10', '--list'];
    const subsets = async (...set: string[]) => {
      const { stdout } = await sandbox.runHere([...flags, '--json', ...set]);
      const runs = JSON.parse(stdout).runs as { dataset: string; subset: unknown }[];
      return ['lunar-lander', 'stl-10'].map((name) => runs.find(({ dataset }) => dataset === name)!.subset);
    };
    const splits = ['pretrain', 'train', 'test'];
    expect(await subsets()).toEqual([null, { size: 100, seed: 0, splits, orFewer: true }]);
    expect(await subsets('--set=dataset.subset=1')).toEqual([null, null]);
    expect((await sandbox.runHere(flags)).stdout).toMatch(
      /data {7}lunar-lander \(.*\)\n {13}stl-10; at most 100 images of pretrain, train and test\n/,
    );
  });

  it('gives each data set the options that it has', async () => {
    const flags = ['bench', '--datasets=svhn,stl-10', '--list', '--json'];
    const listed = await sandbox.runHere([...flags, '--set=dataset.extra=true']);
    const options = new Map(
      JSON.parse(listed.stdout).runs.map((run: Record<string, unknown>) => [
        run['dataset'],
        run['datasetOptions'],
      ]),
    );
    expect(Object.fromEntries(options)).toEqual({ svhn: { extra: true }, 'stl-10': {} });
    // Images of 32x32 are tiled, unless the user says otherwise.
    const transforms = (stdout: string) =>
      JSON.parse(stdout).runs.find((run: Record<string, unknown>) => run['dataset'] === 'svhn').transforms;
    expect(transforms(listed.stdout)).toMatchObject([{ name: 'tile', options: { rows: 2, columns: 2 } }]);
    const plain = await sandbox.runHere([...flags, '--set=dataset.transforms=']);
    expect(transforms(plain.stdout)).toEqual([]);
    expect((await sandbox.runHere([...flags, '--set=dataset.extr=true'])).stderr).toMatch(
      /unknown data set option 'extr'; did you mean 'extra'\?/,
    );
  });

  it("plans the paper's settings", async () => {
    const { stdout } = await sandbox.runHere([
      'bench',
      '--profile=paper',
      '--dry-run',
      '--no-measure',
      `--out=${sandbox.results}`,
      '--json',
    ]);
    const { runs, estimate } = JSON.parse(stdout);
    const [first] = runs;
    expect(first.training).toMatchObject({ epochs: 50, batchSize: 512, targets: 'computed' });
    expect(first.datasetOptions).toMatchObject({ rollouts: 700, steps: 150 });
    expect(new Set(runs.map((run: { latentSize: number }) => run.latentSize))).toEqual(
      new Set([64, 128, 256]),
    );
    expect(new Set(runs.map((run: { seed: number }) => run.seed)).size).toBe(4);
    expect(estimate.seconds).toBeGreaterThan(86_400);
  });

  it('names the backends and the data sets', async () => {
    const backends = JSON.parse((await sandbox.runHere(['backends', '--json'])).stdout).backends;
    const wasm = backends.find((backend: { name: string }) => backend.name === 'wasm');
    expect(wasm).toMatchObject({ available: true, reason: null, fix: null });
    expect(wasm.simd).toMatch(/relaxed|plain/);
    expect(wasm.version).toContain('@tensorflow/tfjs-backend-wasm 4.');
    expect(backends.map((backend: { name: string }) => backend.name)).toEqual(
      expect.arrayContaining(['wasm', 'webgpu', 'tensorflow']),
    );
    const datasets = JSON.parse((await sandbox.runHere(['data', 'list', '--json'])).stdout).datasets;
    expect(datasets.map((dataset: { name: string }) => dataset.name)).toEqual(
      expect.arrayContaining(['cifar-10', 'lunar-lander', 'stl-10']),
    );
  });

  it('prints its version', async () => {
    const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
    const { stdout, code } = await sandbox.runHere(['--version']);
    expect([stdout, code]).toEqual([`${version}\n`, 0]);
  });

  it('lists plugins, all or those of a kind, with their packages', async () => {
    const list = async (...args: string[]): Promise<Record<string, unknown>[]> =>
      JSON.parse((await sandbox.runHere(['plugins', ...args, '--json'])).stdout).plugins;
    const all = await list();
    expect(new Set(all.map(({ kind }) => kind))).toEqual(new Set(PLUGIN_KINDS));
    expect(all.filter(({ description }) => !description)).toEqual([]);
    const objectives = await list('objective');
    expect(objectives).toEqual(all.filter(({ kind }) => kind === 'objective'));
    expect(objectives).toContainEqual(
      expect.objectContaining({ name: 'pixel-wise', package: '@paretrain/loss-pixel-wise' }),
    );
    const { stdout } = await sandbox.runHere(['plugins', 'transform']);
    expect(stdout).toMatch(/^kind +name +package\n(transform .* @paretrain\/[\w-]+\n)+$/);
    const { code, stderr } = await sandbox.runHere(['plugins', 'objektive']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/unknown plugin kind 'objektive'; did you mean 'objective'\?/);
  });

  it('stops quietly when nobody reads on', async () => {
    const { process: child, ended } = sandbox.start(['bench', '--list', '--json']);
    child.stdout!.destroy();
    const { code, stderr } = await ended;
    expect(stderr).toBe('');
    expect(code).toBe(0);
  });

  it('prints help', async () => {
    const { stdout, code } = await sandbox.run(['bench', '--help']);
    expect(stdout).toContain('--profile');
    expect(code).toBe(0);
  });
});
