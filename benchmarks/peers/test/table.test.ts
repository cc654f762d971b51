import { UnavailableError } from '@paretrain/core';
import { XMLParser } from 'fast-xml-parser';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { main } from '../src/cli.ts';
import { environment } from '../src/output/environment.ts';
import { shareOfBar, tableFigure } from '../src/output/figure.ts';
import { markdownTable } from '../src/output/markdown-table.ts';
import { tableJson } from '../src/output/write-results.ts';
import type { Measurement, Row } from '../src/row.ts';
import { ROWS } from '../src/rows.ts';
import { measureRows } from '../src/table.ts';

const measurement: Measurement = {
  figure: { value: 1.05, interval95: [1.02, 1.12] },
  byCpuTime: { value: 0.94, interval95: [0.93, 0.945] },
  unit: 'ms',
  ours: { name: 'paretrain', value: 210, peakBytes: 300e6 },
  rival: { name: 'PyTorch', value: 200, peakBytes: 900e6 },
};
const rows: Row[] = [
  {
    id: 'good',
    title: 'a good row',
    bar: { relation: '<=', value: 1.1, goal: 0.95 },
    measure: async () => measurement,
  },
  {
    id: 'slow',
    title: 'a slow row',
    bar: { relation: '>=', value: 2 },
    measure: async () => ({ ...measurement, figure: { value: 1.5, interval95: [1.4, 1.6] } }),
  },
  {
    id: 'broken',
    title: 'a row that cannot be measured',
    bar: { relation: '<=', value: 1 },
    measure: async () => {
      throw new UnavailableError('two | cores\nare missing.', 'get some');
    },
  },
];
const workbench = { rounds: 3, python: () => 'python' };

describe('the table', () => {
  it('judges every row by the chosen clock and goes on after a failure', async () => {
    const byWall = await measureRows(rows, workbench, { clock: 'wall' });
    expect(byWall.map(({ verdict, certain }) => [verdict, certain])).toEqual([
      ['held', false],
      ['missed', true],
      ['failed', true],
    ]);
    const [byCpu] = await measureRows(rows.slice(0, 1), workbench, { clock: 'cpu' });
    expect([byCpu!.verdict, byCpu!.certain]).toEqual(['goal', true]);
  });

  it('lets defects through', async () => {
    const row = { ...rows[0]!, measure: () => Promise.reject(new TypeError('a defect')) };
    await expect(measureRows([row], workbench, { clock: 'wall' })).rejects.toThrow(TypeError);
  });

  it('reads as Markdown, with every figure beside its bar', async () => {
    const lines = markdownTable(await measureRows(rows, workbench, { clock: 'wall' }))
      .trim()
      .split('\n');
    expect(new Set(lines.map((line) => line.length)).size).toBe(1);
    const cells = lines[2]!.split('|').map((cell) => cell.trim());
    expect(cells.slice(1, -1)).toEqual([
      'a good row',
      '210.0 ms',
      'PyTorch 200.0 ms',
      '1.05',
      '1.02 to 1.12',
      '0.94',
      '<= 1.1, goal 0.95',
      'held, not surely',
      '300 / 900 MB',
    ]);
    expect(lines[4]).toContain('failed: two / cores are missing. Fix: get some');
  });

  it('is one JSON object, ok only if every bar is reached', async () => {
    const measured = await measureRows(rows, workbench, { clock: 'wall' });
    const json = (of: typeof measured): { ok: boolean; rows: unknown[] } =>
      JSON.parse(tableJson(environment(3, 'wall'), of)) as { ok: boolean; rows: unknown[] };
    expect(json(measured.slice(0, 1)).ok).toBe(true);
    expect(json(measured).ok).toBe(false);
    expect(json(measured).rows).toHaveLength(3);
  });

  it('is drawn as shares of the bars: less is better in both directions', async () => {
    expect(shareOfBar({ relation: '<=', value: 1.1 }, 0.55)).toBeCloseTo(0.5);
    expect(shareOfBar({ relation: '>=', value: 1.6 }, 3.2)).toBeCloseTo(0.5);
    const svg = await tableFigure(await measureRows(rows, workbench, { clock: 'wall' }));
    expect(new XMLParser().parse(svg)).toHaveProperty('svg');
    for (const text of ['a good row', 'a slow row', '1.05 (&lt;= 1.1, goal 0.95)'])
      expect(svg).toContain(text);
    expect(svg).not.toContain('cannot be measured');
  });
});

describe('the rows', () => {
  it('have names of their own and bars that a goal surpasses', () => {
    expect(new Set(ROWS.map(({ id }) => id)).size).toBe(ROWS.length);
    for (const { bar } of ROWS) {
      if (bar.goal === undefined) continue;
      expect(bar.relation === '<=' ? bar.goal < bar.value : bar.goal > bar.value).toBe(true);
    }
  });
});

describe('the command', () => {
  afterEach(() => void vi.restoreAllMocks());

  const run = async (...args: string[]): Promise<{ code: number; out: string; err: string }> => {
    const [out, err] = (['stdout', 'stderr'] as const).map((stream) =>
      vi.spyOn(process[stream], 'write').mockImplementation(() => true),
    );
    const code = await main(args);
    const text = (spy: typeof out): string => spy!.mock.calls.map(([chunk]) => String(chunk)).join('');
    return { code, out: text(out), err: text(err) };
  };

  it('lists its rows and explains itself', async () => {
    const { code, out } = await run('--list');
    expect(code).toBe(0);
    expect(out.trim().split('\n')).toHaveLength(ROWS.length);
    expect(out).toMatch(/^pixel-wise-step +I-I-PW step, batch 32, relaxed SIMD: <= 1.1, goal 0.95$/m);
    expect((await run('--help')).out).toContain('--rounds N');
  });

  it.each([
    [['--only', 'nothing'], /--only: received 'nothing', valid: pixel-wise-step,/],
    [['--rounds', '0'], /--rounds: received '0', valid: an integer from 1/],
    [['--clock', 'sun'], /--clock: received 'sun', valid: wall, cpu/],
    [['--fast'], /Unknown option '--fast'/],
  ])('refuses %j', async (args, message) => {
    const { code, out, err } = await run(...args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(message);
  });
});
