import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { execa } from 'execa';
import { globSync } from 'tinyglobby';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { suitePages, type Page } from '../scripts/suite-page.ts';
import { ROOT, documents, read } from './support/documents.ts';

/*
 * Pages, tables and pictures of stored runs: all are made anew from a copy of the runs and compared. After new runs:
 * `pnpm --filter @paretrain/docs suites`, then copy the printed table into the document, and the error of the estimate into
 * docs/results.md.
 */
const STORED = join(ROOT, 'benchmarks/results');
const BIN = join(ROOT, 'benchmarks/harness/bin/paretrain.mjs');
const SHOWN = [
  { document: 'README.md', suite: 'feature-prediction', profile: 'quick', rows: 9 },
  { document: 'docs/loss-networks.md', suite: 'loss-networks', profile: 'reduced', rows: 8 },
] as const;
let copy: string;
let pages: Page[];

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'paretrain-stored-'));
  await cp(STORED, copy, { recursive: true });
  await rm(join(copy, 'report'), { recursive: true, force: true });
  pages = await suitePages(ROOT, copy);
}, 240_000);
afterAll(() => rm(copy, { recursive: true, force: true }));

it('docs/suites has a page for every suite, as its runs give it', () => {
  for (const { path, text } of pages) expect(read(join('docs', path)), path).toBe(text);
});

it.each(SHOWN)(
  '$document shows the table and the figure of $suite',
  async ({ document, suite, profile, rows }) => {
    const args = ['report', suite, `--profile=${profile}`, `--out=${copy}`];
    const { stdout } = await execa('node', [BIN, ...args], { cwd: ROOT });
    const [table = ''] = stdout.split('\n\n');
    expect(table.split('\n')).toHaveLength(1 + rows);
    expect(read(document)).toContain(`\`\`\`text\n${table}\n\`\`\``);
    expect(read(document)).toContain(`benchmarks/results/report/${suite}-${profile}/pareto.svg`);
  },
);

describe('pictures that pages show', () => {
  const shown = [...documents(), ...globSync('docs/suites/*.md', { cwd: ROOT })].flatMap((document) =>
    [...read(document).matchAll(/!\[[^\]]*\]\(([^)\s]+)\)/g)].map(([, path]) =>
      posix.join(posix.dirname(document), path!),
    ),
  );
  const drawn = [...new Set(shown)].filter((path) => path.startsWith('benchmarks/results/'));

  // By any machine in the same way: letters are not measured, and the points of t-SNE are stored.
  it.each(drawn)('%s is what its runs give', async (path) => {
    const anew = await readFile(join(copy, posix.relative('benchmarks/results', path)));
    expect(anew.equals(await readFile(join(ROOT, path))), 'the same picture').toBe(true);
  });

  it('the only other drawing is looked at below', () => {
    expect(drawn.length).toBeGreaterThan(20);
    expect(shown.filter((path) => path.endsWith('.svg') && !drawn.includes(path))).toEqual([
      'docs/performance.svg',
    ]);
  });

  // Drawn by benchmarks/peers when it measures; the measurements are not stored, so the page's table is compared.
  it('docs/performance.svg has the rows of the table above it', async () => {
    const page = read('docs/performance.md');
    const rows = page
      .slice(0, page.indexOf('(performance.svg)'))
      .split('\n')
      .filter((line) => line.startsWith('| ') && !/^\| (-|measure)/.test(line))
      .map((line) => line.split('|').map((cell) => cell.trim()));
    const svg = (await readFile(join(ROOT, 'docs/performance.svg'), 'utf8'))
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>');
    expect(rows.length).toBeGreaterThan(15);
    for (const [, measure, , , figure, , , bar] of rows) {
      expect(svg).toContain(`>${measure}<`);
      expect(svg, measure).toContain(`>${figure} (${bar})<`);
    }
  });
});

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
