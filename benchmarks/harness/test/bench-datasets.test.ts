import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunResult } from '@paretrain/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeSandbox, type Sandbox } from './support/paretrain.ts';

const DATA = process.env['PARETRAIN_DATA_DIR'] ?? join(import.meta.dirname, '../../../../shared/data');

/** Pictures of 8x8 pixels in one colour, PNG. */
const PICTURES = {
  red: 'iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEUlEQVR42mP8z4AdMDEMKQkAzUEBD7t4NqoAAAAASUVORK5CYII=',
  blue: 'iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAFUlEQVR42mNkYPjPgA0wMeAAg1MCAMtDAQ9w2TiCAAAAAElFTkSuQmCC',
};

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await makeSandbox();
});
afterEach(() => sandbox.remove());

/** Two classes of five pictures each, in a folder of their own. */
async function imageFolder(): Promise<string> {
  const folder = join(sandbox.directory, 'pictures');
  for (const [name, picture] of Object.entries(PICTURES)) {
    await mkdir(join(folder, name), { recursive: true });
    for (let i = 0; i < 5; i++) await writeFile(join(folder, name, `${i}.png`), picture, 'base64');
  }
  return folder;
}

/** The smoke profile of some data sets with one method that trains, without costs. */
async function smoke(datasets: string, ...more: string[]): Promise<readonly RunResult[]> {
  const flags = ['--profile=smoke', '--methods=I-F-FP', '--no-cost', `--data-dir=${DATA}`];
  const { stdout, stderr, code } = await sandbox.run([
    ...['bench', 'feature-prediction', `--datasets=${datasets}`, `--out=${sandbox.results}`, '--json'],
    ...flags,
    ...more,
  ]);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout).runs;
}

const NEEDED = ['svhn', 'stl10_binary', 'mnist', 'cifar-10-batches-bin'];
const missing = NEEDED.filter((folder) => !existsSync(join(DATA, folder)));
if (missing.length) {
  console.warn(
    `skipped smoke of real data sets: no ${missing.join(', ')} in ${DATA} (set PARETRAIN_DATA_DIR)`,
  );
}

describe.skipIf(missing.length)('the smoke profile of other data sets', { timeout: 300_000 }, () => {
  it.each([
    ['svhn,stl-10', () => []],
    ['mnist,cifar-10,image-folder', async () => [`--set=dataset.path=${await imageFolder()}`]],
  ])('ends well on %s, with as many images as it is made for', async (datasets, more) => {
    const runs = await smoke(datasets, ...(await more()));
    const methods = ['I-F-FP', 'predict-mean', 'untrained'];
    expect(runs.map(({ dataset, method }) => `${dataset.name} ${method}`).sort()).toEqual(
      datasets
        .split(',')
        .flatMap((name) => methods.map((method) => `${name} ${method}`))
        .sort(),
    );
    for (const { dataset, headline, metrics, failure } of runs) {
      expect(failure, dataset.name).toBeNull();
      for (const count of Object.values(dataset.counts)) {
        expect(count, dataset.name).toBeGreaterThan(0);
        expect(count, dataset.name).toBeLessThanOrEqual(100);
      }
      expect(headline!.metric, dataset.name).toMatch(/accuracy$/);
      expect(headline!.value, dataset.name).toBe(metrics[headline!.metric]);
    }
  });
});
