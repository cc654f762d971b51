import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { csvParse } from 'd3-dsv';
import { describe, expect, it } from 'vitest';

import {
  backendSentences,
  buildModel,
  renderReport,
  resultTable,
  summaryLines,
  writeReport,
  type BackendCell,
} from '../src/index.ts';
import { sampleInput, withBackend } from './sample-input.ts';

/** I-I-PS is worse by about 2 pixels on webgpu, I-I-PW scatters around its own result, the others are the same. */
const SHIFT = [1.9, 2, 2.1];
const SCATTER = [0.3, -0.4, 0.2];
const input = withBackend(
  sampleInput(),
  'webgpu',
  (method, value, seed) =>
    value + (method === 'I-I-PS' ? SHIFT[seed]! : method === 'I-I-PW' ? SCATTER[seed]! : -value * 1e-5),
  0.1,
);
const model = buildModel(input);
const [comparison] = model.comparisons;
const cell = (method: string): BackendCell =>
  comparison!.methods.find((one) => one.method === method)!.cells[1]!;

describe('a comparison of backends', () => {
  it('is made where a data set and latent size were run on several', () => {
    expect(model.comparisons).toHaveLength(1);
    expect(comparison!.groups.map(({ backend }) => backend)).toEqual(['wasm', 'webgpu']);
    expect(comparison!.methods).toHaveLength(9);
    expect(buildModel(sampleInput()).comparisons).toEqual([]);
  });

  it('has WASM as the baseline, whatever was run first', () => {
    const runs = [...input.runs].reverse();
    const [turned] = buildModel({ ...input, runs }).comparisons;
    expect(turned!.groups[0]!.backend).toBe('wasm');
    expect(turned!.methods[0]!.cells[0]).toMatchObject({
      difference: null,
      agreement: null,
      costRatio: null,
    });
  });

  it('pairs results seed by seed', () => {
    expect(cell('I-F-FP').agreement).toBe('same');
    expect(cell('I-I-PW').agreement).toBe('agrees');
    const { agreement, difference } = cell('I-I-PS');
    expect(agreement).toBe('differs');
    // Three differences of 1.9, 2 and 2.1: t(2) = 4.303, deviation 0.1.
    expect(difference!.mean).toBeCloseTo(2, 6);
    expect(difference!.interval![1] - 2).toBeCloseTo((4.3027 * 0.1) / Math.sqrt(3), 4);
  });

  it('judges only common seeds, and nothing from one', () => {
    const one = input.runs.filter((run) => run.backend.name === 'wasm' || run.seed === 2);
    const only = buildModel({ ...input, runs: one }).comparisons[0]!;
    const of = (method: string) => only.methods.find((each) => each.method === method)!.cells[1]!;
    expect(of('I-I-PS')).toMatchObject({ agreement: 'unknown', difference: { n: 1 } });
    // Equal to rounding is equal, with one seed too.
    expect(of('I-F-FP').agreement).toBe('same');
    expect(backendSentences(only)[0]).toContain(
      'I-I-PS and I-I-PW cannot be judged for want of common seeds',
    );
  });

  it('compares the cost of steps with both intervals at their worst', () => {
    const { value, bounds } = cell('I-I-PW').costRatio!;
    expect(value).toBeCloseTo(0.1, 9);
    expect(bounds![0]).toBeCloseTo((0.1 * 0.97) / 1.035, 9);
    expect(bounds![1]).toBeCloseTo((0.1 * 1.035) / 0.97, 9);
  });

  it('leaves out what was not run on a backend', () => {
    const runs = input.runs.filter((run) => run.backend.name === 'webgpu' || run.method !== 'F-F-FP');
    const missing = buildModel({ ...input, runs }).comparisons[0]!;
    const row = missing.methods.find(({ method }) => method === 'F-F-FP')!;
    expect(row.cells[0]).toBeNull();
    expect(row.cells[1]).toMatchObject({ difference: null, costRatio: null });
    expect(backendSentences(missing)[0]).toContain('7 of 8 methods show no difference');
  });

  it('says in words what it shows', () => {
    expect(backendSentences(comparison!)).toEqual([
      'On webgpu, 8 of 9 methods show no difference from wasm, seed by seed; I-I-PS (+2.00 ± 0.25 px) differs from wasm ' +
        'beyond the 95 % interval.',
      'A training step on webgpu takes 0.100 times as long as on wasm.',
    ]);
    const lines = summaryLines(model);
    for (const title of [
      'lunar-lander, latent size 64, webgpu:',
      'lunar-lander, latent size 64, wasm and webgpu:',
    ])
      expect(lines).toContain(title);
  });
});

describe('the report of several backends', () => {
  it('names the backend in every row of the terminal table', () => {
    const { columns, rows } = resultTable(input);
    expect(columns.map(({ key }) => key)).toContain('backend');
    expect(rows.map((row) => row['backend'])).toEqual([
      ...Array<string>(9).fill('wasm'),
      ...Array<string>(9).fill('webgpu'),
    ]);
  });

  it('draws one front over all backends, cheap ones in front', async () => {
    const { combined } = comparison!;
    // Ten times as cheap and about as good: nothing on WASM is on the front.
    const status = Object.fromEntries(combined!.methods.map(({ label, front }) => [label, front]));
    expect(status['simple-cnn (webgpu)']).toBe('on');
    expect(combined!.front.every(({ label }) => label.endsWith('(webgpu)'))).toBe(true);
    const { color } = comparison!.groups[0]!.methods.find(({ method }) => method === 'I-F-FP')!.marker;
    const markers = combined!.methods.filter(({ method }) => method === 'I-F-FP').map(({ marker }) => marker);
    expect(markers.map((marker) => marker.color)).toEqual([color, color]);
    expect(markers[0]!.shape).not.toBe(markers[1]!.shape);
    const { figures } = await renderReport(input);
    const [all, wasm, webgpu] = figures.filter(({ name }) => name.startsWith('pareto-'));
    expect(all!.svg).toContain('I-I-PS (webgpu)');
    expect(all!.svg).toContain('seconds per epoch');
    expect(wasm!.svg).toContain('on wasm, lower is cheaper');
    expect(webgpu!.svg).toContain('on webgpu, lower is cheaper');
    expect(new Set(all!.data.map((row) => row['backend']))).toEqual(new Set(['wasm', 'webgpu']));
    for (const { name, svg } of figures.filter((figure) => figure.name.startsWith('learning-curve')))
      expect(svg).toContain(name.includes('webgpu') ? 'on webgpu' : 'on wasm');
  });

  it('names the backend in every caption', async () => {
    const { html } = await renderReport(input);
    const captions = [...html.matchAll(/<caption>([\s\S]*?)<\/caption>/g)].map(([, text]) => text!);
    expect(captions.length).toBeGreaterThan(6);
    for (const caption of captions) expect(caption).toMatch(/wasm|webgpu/);
    expect(html).toContain('id="backends"');
  });

  it('writes the comparison beside the page, and the common chart as pareto.svg', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'paretrain-report-'));
    await writeReport(input, folder);
    const rows = csvParse(await readFile(join(folder, 'backends.csv'), 'utf8'));
    expect(rows).toHaveLength(18);
    expect(rows.find((row) => row['method'] === 'I-I-PS' && row['backend'] === 'webgpu')).toMatchObject({
      agreement: 'differs',
      compared_with: 'wasm',
      common_seeds: '3',
    });
    expect(await readFile(join(folder, 'pareto.svg'), 'utf8')).toContain('I-I-PS (webgpu)');
    await rm(folder, { recursive: true, force: true });
  });

  it('has no section for one backend', async () => {
    expect((await renderReport(sampleInput())).html).not.toContain('id="backends"');
  });
});
