import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunResult } from '@paretrain/store';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseBench } from '../src/commands/bench-flags.ts';
import { findRun } from '../src/encoder/find-run.ts';
import { readNpy } from './support/npy.ts';
import { makeSandbox, type Sandbox } from './support/paretrain.ts';
import { writePictures } from './support/pictures.ts';

/*
 * What the user of a folder of images does: train on them, export an encoder, embed a folder with it, use the exported files. A test after
 * the other, on the same runs.
 */
const SUITE = 'feature-prediction';
/** What the encoder was trained on is not what the data set gives: whoever uses it has to do the same. */
const RESIZE = { name: 'resize', options: { interpolation: 'bilinear' } };
let sandbox: Sandbox;
let pictures: string;
let files: string[];
let runs: readonly RunResult[];
/** Within this package, where Node finds what the exported module imports. */
let exported: string;

const runOf = (method: string) => runs.find((run) => run.method === method)!;
const folderOf = (method: string) => join(sandbox.results, SUITE, runOf(method).id);

beforeAll(async () => {
  sandbox = await makeSandbox();
  pictures = join(sandbox.directory, 'pictures');
  files = await writePictures(pictures, 6);
  exported = join(await mkdtemp(join(import.meta.dirname, 'written-export-')), 'encoder');
  const { stdout, stderr, code } = await sandbox.runHere([
    ...['bench', SUITE, '--profile', 'smoke', '--datasets', 'image-folder', '--data', pictures],
    ...['--methods', 'I-I-PW,F-F-FP', '--no-cost', '--out', sandbox.results, '--json'],
    ...['--set', 'dataset.size=80', '--set', `dataset.transforms=${JSON.stringify([RESIZE])}`],
  ]);
  expect(code, stderr).toBe(0);
  ({ runs } = JSON.parse(stdout));
}, 240_000);

afterAll(async () => {
  await sandbox.remove();
  await rm(join(exported, '..'), { recursive: true, force: true });
});

describe('bench --datasets image-folder --data DIR', () => {
  it('trains on the images and keeps what encodes', async () => {
    expect(runOf('I-I-PW').settings.dataset.options['path']).toBe(pictures);
    for (const method of ['I-I-PW', 'F-F-FP', 'untrained']) {
      expect(await readdir(folderOf(method)), method).toContain('encoder.safetensors');
    }
    expect(await readdir(folderOf('predict-mean'))).not.toContain('encoder.safetensors');
  });
});

describe('a run', () => {
  it('is found by id, by how it begins and by folder', async () => {
    const { id } = runOf('I-I-PW');
    for (const word of [id, 'I-I-PW', id.slice(0, -2), folderOf('I-I-PW')]) {
      expect((await findRun(word, sandbox.results)).result.id, word).toBe(id);
    }
  });

  it('is asked for again where several begin so or none does', async () => {
    const shared = join(sandbox.directory, 'shared');
    for (const suite of ['a', 'b']) {
      await mkdir(join(shared, suite, 'same-run'), { recursive: true });
      await writeFile(join(shared, suite, 'same-run', 'result.json'), '{}');
    }
    await expect(findRun('same', shared)).rejects.toThrow(
      /'same', with which 2 runs begin: .*a\/same-run, .*b\/same-run/,
    );
    await expect(findRun('I-I-PX', sandbox.results)).rejects.toThrow(
      /unknown run 'I-I-PX'; did you mean 'I-I-PW_/,
    );
    await expect(findRun(shared, sandbox.results)).rejects.toThrow(
      /folder '.*shared' is no run: it has no result.json; runs in it: .*a\/same-run, .*b\/same-run$/,
    );
    await expect(findRun(join(shared, 'a'), join(sandbox.directory, 'none'))).rejects.toThrow(
      /is no run: it has no result.json; runs in it: .*a\/same-run$/,
    );
    await expect(findRun('x', join(sandbox.directory, 'none'))).rejects.toThrow(/no runs in .*--results DIR/);
  });
});

describe('export and embed', () => {
  const embed = (...args: string[]) => sandbox.runHere(['embed', ...args, '--results', sandbox.results]);
  const embeddings = () => join(sandbox.directory, 'embeddings.npy');

  it('writes the encoder in every format, with a README', async () => {
    const { code, stderr } = await sandbox.runHere([
      'export',
      'I-I-PW',
      '--out',
      exported,
      '--results',
      sandbox.results,
    ]);
    expect(code, stderr).toBe(0);
    expect((await readdir(exported)).sort()).toEqual([
      'README.md',
      'embed.mjs',
      'encoder.onnx',
      'encoder.safetensors',
      'tfjs',
    ]);
    const readme = await readFile(join(exported, 'README.md'), 'utf8');
    for (const part of [
      '# I-I-PW on image-folder',
      runOf('I-I-PW').id,
      '80x80 (bicubic',
      '`resize` of',
      'nn.Linear(1024, 16)',
    ]) {
      expect(readme).toContain(part);
    }
  }, 60_000);

  it('embeds a folder, and names an image that cannot be read', async () => {
    await writeFile(join(pictures, 'rows', '03a.png'), 'no image');
    const { code, stdout, stderr } = await embed(
      'I-I-PW',
      pictures,
      '--out',
      embeddings(),
      '--batch-size',
      '5',
      '--json',
    );
    expect(code, stderr).toBe(1);
    expect(stderr).toMatch(/note: rows\/03a\.png is left out: .*unsupported image format/);
    const told = JSON.parse(stdout);
    expect(told).toMatchObject({
      ok: false,
      images: files.length,
      size: 16,
      skipped: [{ file: 'rows/03a.png' }],
    });
    expect(JSON.parse(await readFile(told.names, 'utf8'))).toEqual(files);
    const rows = await readNpy(embeddings());
    expect([rows.length, rows[0]!.length]).toEqual([files.length, 16]);
    expect(new Set(rows.map(String)).size).toBe(files.length);
    expect(existsSync(`${embeddings()}.partial`)).toBe(false);
  }, 60_000);

  it('embeds with encoders of features', async () => {
    const out = join(sandbox.directory, 'features.csv');
    const done = await embed(folderOf('F-F-FP'), join(pictures, 'columns'), '--out', out);
    expect(done.code, done.stderr).toBe(0);
    const lines = (await readFile(out, 'utf8')).trim().split('\n');
    expect(lines[0]).toMatch(/^file,e0,e1,.*,e15$/);
    expect(lines.slice(1).map((line) => line.split(',')[0])).toEqual(
      ['00', '01', '02', '03', '04', '05'].map((i) => `${i}.png`),
    );
  }, 60_000);

  it('gives the same from the exported modules, within 1e-5, the loss network being part of them', async () => {
    const chosen = files.filter((file) => file.startsWith('columns/')).slice(0, 2);
    const features = `${exported}-of-features`;
    const args = [
      'export',
      'F-F-FP',
      '--out',
      features,
      '--out-format',
      'tfjs',
      '--results',
      sandbox.results,
    ];
    const { code, stderr } = await sandbox.runHere(args);
    expect(code, stderr).toBe(0);
    const table = (await readFile(join(sandbox.directory, 'features.csv'), 'utf8')).split('\n').slice(1);
    const expected = {
      [exported]: (await readNpy(embeddings())).slice(0, 2),
      [features]: table.slice(0, 2).map((line) => line.split(',').slice(1).map(Number)),
    };
    for (const [folder, rows] of Object.entries(expected)) {
      const { stdout } = await execa(process.execPath, [
        ...['--import', 'tsx', join(folder, 'embed.mjs')],
        ...chosen.map((file) => join(pictures, file)),
      ]);
      const received: number[][] = stdout.split('\n').map((line) => JSON.parse(line));
      expect(received.map(({ length }) => length)).toEqual([16, 16]);
      received.flat().forEach((value, i) => expect(Math.abs(value - rows.flat()[i]!)).toBeLessThan(1e-5));
    }
  }, 60_000);

  it('says how a run without stored weights is done again', async () => {
    await rm(join(folderOf('I-I-PW'), 'encoder.safetensors'));
    const { code, stderr } = await sandbox.runHere([
      'export',
      'I-I-PW',
      '--out',
      `${exported}-2`,
      '--results',
      sandbox.results,
    ]);
    expect(code).toBe(2);
    expect(stderr).toContain(
      `npx pnpm@10 bench ${SUITE} --profile smoke --datasets image-folder --data ${pictures} --methods I-I-PW --latent-sizes 16 --backends wasm ` +
        `--seeds 1 --out ${sandbox.results} --no-cost --force`,
    );
  }, 60_000);

  it.each([
    ['no file', [], /--out: received no file/],
    ['another ending', ['--out', 'a.txt'], /'a\.txt', valid: a name that ends in \.npy, \.csv, \.parquet/],
    [
      'an unknown backend',
      ['--out', 'a.csv', '--backends', 'wsm'],
      /unknown backend 'wsm'; did you mean 'wasm'/,
    ],
  ])('refuses %s', async (_, more, message) => {
    const { code, stderr } = await embed(folderOf('F-F-FP'), pictures, ...more);
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });
});

describe('--data', () => {
  const parse = (args: Record<string, string>, ...raw: string[]) =>
    parseBench({ data: pictures, ...args }, raw);

  it('is short for --set dataset.path', () => {
    const { set } = parse({ datasets: 'image-folder' }, '--set', 'training.epochs=2').selection;
    expect(set).toEqual(['training.epochs=2', `dataset.path=${JSON.stringify(pictures)}`]);
  });

  it.each([
    ['without a data set', {}, [], /without --datasets.*--datasets image-folder/],
    ['with the same option', { datasets: 'image-folder' }, ['--set=dataset.path=b'], /valid: one of them/],
    [
      'of a folder that is none',
      { datasets: 'image-folder', data: 'no/such' },
      [],
      /'no\/such', which is no folder/,
    ],
  ])('is refused %s', (_, args, raw, message) => {
    expect(() => parse(args, ...raw)).toThrow(message);
  });
});
