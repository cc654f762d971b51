import { describe, expect, it } from 'vitest';
import { renderReport } from '../src/index.ts';
import { sampleInput } from './sample-input.ts';

/** One method in variants of one and two parts; the more letters in a name, the smaller its error. */
function variants() {
  const input = sampleInput();
  const [own] = input.runs;
  const names = ['rotation', 'crop', 'rotation + crop'];
  const runs = names.flatMap((variant) =>
    [0, 1].map((seed) => ({
      ...own!,
      id: `${variant}-${seed}`,
      variant,
      seed,
      headline: { ...own!.headline!, value: 30 - variant.length + seed },
    })),
  );
  return { ...input, runs, histories: {}, costs: [] };
}

describe('variants of one method', () => {
  it('have a row each, and a heat map of all pairs with the same values', async () => {
    const { html, figures } = await renderReport(variants());
    for (const name of ['I-I-PW, rotation', 'I-I-PW, crop', 'I-I-PW, rotation + crop']) {
      expect(html).toContain(name);
    }
    const figure = figures.find(({ name }) => name.startsWith('heat-map-'))!;
    const cell = (first: string, second: string, value: number) => ({ first, second, value, seeds: 2 });
    expect(figure.data).toEqual(
      expect.arrayContaining([
        cell('rotation', 'rotation', 22.5),
        cell('crop', 'crop', 26.5),
        cell('rotation', 'crop', 15.5),
      ]),
    );
    expect(figure.data).toHaveLength(3);
    // Both halves: four rectangles with their texts.
    expect(figure.svg.match(/15\.5/g)).toHaveLength(2);
    expect(figure.description).toContain('best rotation and crop');
  });

  it('have no heat map where there are no pairs', async () => {
    const input = variants();
    const runs = input.runs.filter(({ variant }) => !variant.includes('+'));
    const { figures } = await renderReport({ ...input, runs });
    expect(figures.filter(({ name }) => name.startsWith('heat-map-'))).toEqual([]);
  });
});

describe('a headline that was measured after every epoch', () => {
  const input = sampleInput();
  const runs = input.runs.map((run) => {
    if (run.method !== 'I-I-PW' && run.method !== 'I-I-PS') return run;
    return { ...run, curves: { 'mlp.distance': [30 + run.seed, 10, 20 + run.seed] } };
  });

  it('is drawn, a line for each method, averaged over its seeds', async () => {
    const { html, figures } = await renderReport({ ...input, runs });
    const figure = figures.find(({ name }) => name.startsWith('every-epoch-'))!;
    expect(html).toContain('After every epoch');
    expect(figure.data.filter(({ method }) => method === 'I-I-PS').map(({ value }) => value)).toEqual([
      31, 10, 21,
    ]);
    expect(new Set(figure.data.map(({ method }) => method))).toEqual(new Set(['I-I-PW', 'I-I-PS']));
  });

  it('is no section where it was not', async () => {
    const { html } = await renderReport(input);
    expect(html).not.toContain('After every epoch');
  });
});
