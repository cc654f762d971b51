import { XMLValidator } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';

import { renderReport, type ReportInput } from '../src/index.ts';
import { tSneSection } from '../src/sections/t-sne.ts';
import { sampleInput } from './sample-input.ts';

const LINE = Array.from({ length: 700 }, (_, i) => `${i},${1000 - i}`).join(' ');
const CLUSTERS = Array.from({ length: 10 }, (_, k) => ({
  class: `digit ${k}`,
  points: k < 3 ? LINE : `${k * 100},${k * 50} 1000,0`,
}));

/** The sample with layouts of these methods; `details` is what every one of their runs holds. */
function withLayouts(methods: readonly string[], details: unknown): ReportInput {
  const input = sampleInput();
  return {
    ...input,
    runs: input.runs.map((run) =>
      methods.includes(run.method)
        ? {
            ...run,
            metrics: { ...run.metrics, 't-sne.trustworthiness': 0.973, 't-sne.neighbourAccuracy': 0.914 },
            details: { ...run.details, 't-sne': details },
          }
        : run,
    ),
  };
}

const render = (input: ReportInput) => renderReport(input, { sections: [tSneSection] });

describe('the pictures of embeddings', () => {
  it('are left out where no run has a layout, or none that can be read', async () => {
    expect((await render(sampleInput())).figures).toEqual([]);
    expect((await render(sampleInput())).html).not.toContain('id="t-sne"');
    const evil = { images: 1, clusters: [{ class: 'x', points: '1,2 <script>' }] };
    expect((await render(withLayouts(['I-I-PS'], evil))).figures).toEqual([]);
  });

  it('show one per method, every class with a mark of its own and named', async () => {
    const input = withLayouts(['I-I-PS', 'I-I-PW'], { images: 2114, clusters: CLUSTERS });
    const { html, figures } = await render(input);
    expect(figures).toHaveLength(2);
    expect(new Set(figures.map(({ name }) => name)).size).toBe(2);
    for (const { svg, data } of figures) {
      expect(XMLValidator.validate(svg)).toBe(true);
      for (const { class: name } of CLUSTERS) expect(svg).toContain(name);
      expect(data).toHaveLength(1000);
      const first = data.filter((row) => row['class'] === 'digit 0').length;
      expect(Math.abs(first - (1000 * 700) / 2114)).toBeLessThanOrEqual(1);
      const marks = [...svg.matchAll(/aria-hidden|<path[^>]*d="([^"]+)"[^>]*fill="(#[0-9a-f]{6})"/g)];
      expect(new Set(marks.map(([, path, fill]) => `${path} ${fill}`)).size).toBeGreaterThanOrEqual(10);
    }
    expect(html).toContain('trustworthiness 0.973');
    expect(html).toContain('91.4 %');
  });
});
