import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { suitePages } from '../scripts/suite-page.ts';
import { ROOT, read } from './support/documents.ts';

/*
 * Tables and figures of stored runs: each report is written anew from a copy of them and compared. After new runs: copy the
 * printed table into the document, and the error of the estimate into docs/results.md.
 */
const STORED = join(ROOT, 'benchmarks/results');
const BIN = join(ROOT, 'benchmarks/harness/bin/paretrain.mjs');
const SHOWN = [
  { document: 'README.md', suite: 'feature-prediction', profile: 'quick', rows: 9 },
  { document: 'docs/loss-networks.md', suite: 'loss-networks', profile: 'reduced', rows: 8 },
] as const;
let copy: string;

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'paretrain-stored-'));
  await cp(STORED, copy, { recursive: true });
  await rm(join(copy, 'report'), { recursive: true, force: true });
});
afterAll(() => rm(copy, { recursive: true, force: true }));

describe.each(SHOWN)('$document shows the stored runs of $suite', ({ document, suite, profile, rows }) => {
  let printed: string;
  beforeAll(async () => {
    const args = ['report', suite, `--profile=${profile}`, `--out=${copy}`];
    printed = (await execa('node', [BIN, ...args], { cwd: ROOT })).stdout;
  }, 120_000);

  it('their table', () => {
    const [table = ''] = printed.split('\n\n');
    expect(table.split('\n')).toHaveLength(1 + rows);
    expect(read(document)).toContain(`\`\`\`text\n${table}\n\`\`\``);
  });

  it('their figure', async () => {
    const figure = join('report', `${suite}-${profile}`, 'pareto.svg');
    expect(await readFile(join(copy, figure), 'utf8')).toBe(await readFile(join(STORED, figure), 'utf8'));
    expect(read(document)).toContain(`benchmarks/results/${figure}`);
  });
});

it('docs/suites has a page for every suite, as its runs give it', async () => {
  const pages = await suitePages(ROOT, copy);
  for (const { path, text } of pages) expect(read(join('docs', path)), path).toBe(text);
}, 120_000);

it('docs/results.md states the error of the estimate over the stored runs', async () => {
  const args = ['bench', '--dry-run', '--no-measure', '--json', `--out=${STORED}`];
  const { error } = JSON.parse((await execa('node', [BIN, ...args], { cwd: ROOT })).stdout).estimate;
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const stated = read('docs/results.md').replace(/\s+/g, ' ');
  expect(stated).toContain(
    `over the ${error.runs} stored runs the error is ${percent(error.median)} in the median`,
  );
  expect(stated).toContain(
    `${percent(error.medianOfNewMethods)} from the step costs and the runs of other methods`,
  );
});
