import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT, read } from './support/documents.ts';

/*
 * The table and the figure of the README are those of the stored runs: the report is written anew from a copy of them and
 * compared. After new runs: copy the printed table into the README, and the error of the estimate into docs/results.md.
 */
const STORED = join(ROOT, 'benchmarks/results');
const FIGURE = 'report/feature-prediction-quick/pareto.svg';
let copy: string;
let printed: string;

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'paretrain-stored-'));
  await cp(STORED, copy, { recursive: true });
  await rm(join(copy, 'report'), { recursive: true, force: true });
  const bin = join(ROOT, 'benchmarks/harness/bin/paretrain.mjs');
  const args = ['report', 'feature-prediction', '--profile=quick', `--out=${copy}`];
  printed = (await execa('node', [bin, ...args], { cwd: ROOT })).stdout;
}, 120_000);
afterAll(() => rm(copy, { recursive: true, force: true }));

describe('the README shows the stored runs', () => {
  it('their table', () => {
    const [table = ''] = printed.split('\n\n');
    expect(table.split('\n')).toHaveLength(10);
    expect(read('README.md')).toContain(`\`\`\`text\n${table}\n\`\`\``);
  });

  it('their figure', async () => {
    expect(await readFile(join(copy, FIGURE), 'utf8')).toBe(await readFile(join(STORED, FIGURE), 'utf8'));
  });
});

it('docs/results.md states the error of the estimate over the stored runs', async () => {
  const bin = join(ROOT, 'benchmarks/harness/bin/paretrain.mjs');
  const args = ['bench', '--dry-run', '--no-measure', '--json', `--out=${STORED}`];
  const { error } = JSON.parse((await execa('node', [bin, ...args], { cwd: ROOT })).stdout).estimate;
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const stated = read('docs/results.md').replace(/\s+/g, ' ');
  expect(stated).toContain(
    `over the ${error.runs} stored runs the error is ${percent(error.median)} in the median`,
  );
  expect(stated).toContain(
    `${percent(error.medianOfNewMethods)} from the step costs and the runs of other methods`,
  );
});
