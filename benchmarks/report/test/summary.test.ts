import { describe, expect, it } from 'vitest';

import { buildModel, resultTable, summarySentences, type ReportInput } from '../src/index.ts';
import { sampleInput, withFailure } from './sample-input.ts';

/** Sets the headline of each method's seeds. */
function withHeadlines(values: Readonly<Record<string, readonly number[]>>): ReportInput {
  const input = sampleInput();
  const runs = input.runs.flatMap((run) => {
    const value = values[run.method]?.[run.seed];
    return value === undefined || !run.headline ? [] : [{ ...run, headline: { ...run.headline, value } }];
  });
  return { ...input, runs };
}

function sentences(input: ReportInput): string[] {
  return buildModel(input).groups.flatMap(summarySentences);
}

describe('summarySentences', () => {
  it('says that intervals overlap', () => {
    const [best] = sentences(withHeadlines({ 'I-I-PW': [12, 14, 16], 'I-I-PS': [11, 13, 15] }));
    expect(best).toMatch(/^I-I-PS has the lowest distance: 13\.0 ± 5\.0 px/);
    expect(best).toContain('do not tell it apart from any other method');
  });

  it('says that they do not', () => {
    const [best] = sentences(withHeadlines({ 'I-I-PW': [16, 16.2, 16.1], 'I-I-PS': [10, 10.1, 10.2] }));
    expect(best).toContain("No other method's interval overlaps its own");
  });

  it('gives the ratio of costs with bounds', () => {
    const text = sentences(withHeadlines({ 'I-I-PW': [16, 16.2, 16.1], 'I-I-PS': [10, 10.1, 10.2] })).join(
      ' ',
    );
    // 10.6 / 7.9 = 1.342; bounds 1.342 * .97 / 1.035 and 1.342 * 1.035 / .97
    expect(text).toContain('1.34 [1.26, 1.43] times as long as one of I-I-PW');
    expect(text).toContain('On the Pareto front, where no method is both cheaper and better, are I-I-PW');
  });

  it('claims nothing from one seed', () => {
    const [best] = sentences(withHeadlines({ 'I-I-PW': [16], 'I-I-PS': [10] }));
    expect(best).toContain('one seed, so no interval');
    expect(best).toContain('does not show');
  });

  // Seconds an epoch: I-I-PW 7.9, I-F-FP 9.7, I-I-PS 10.6.
  it.each([
    [
      'the best where nothing cheaper is within one standard error',
      { 'I-I-PW': [16, 16.2, 16.1], 'I-I-PS': [10, 10.1, 10.2] },
      // deviation 0.1, of three seeds
      'To choose for lunar-lander: I-I-PS for the lowest distance; no cheaper method lies within one standard error (0.058 px) of it.',
    ],
    [
      'the cheapest within one standard error, and what lies between',
      { 'I-I-PW': [10.9, 11, 11.1], 'I-F-FP': [10.5, 10.6, 10.7], 'I-I-PS': [9, 10, 12] },
      // mean 10.33, deviation 1.53: up to 11.21
      'To choose for lunar-lander: I-I-PS for the lowest distance, or I-I-PW, the cheapest within one standard error (0.88 px) of it; on the front between them is I-F-FP.',
    ],
    [
      'the cheapest next to the best',
      { 'I-I-PW': [14, 14.1, 14.2], 'I-F-FP': [10.5, 10.6, 10.7], 'I-I-PS': [9, 10, 12] },
      'To choose for lunar-lander: I-I-PS for the lowest distance, or I-F-FP, the cheapest within one standard error (0.88 px) of it; no method of the front lies between them.',
    ],
    [
      'the best of one seed, and nothing cheaper',
      { 'I-I-PW': [16], 'I-I-PS': [10] },
      'To choose for lunar-lander: I-I-PS for the lowest distance; with one seed, no cheaper method can be said to be as good.',
    ],
  ])('recommends %s', (_, values, sentence) => {
    expect(sentences(withHeadlines(values))).toContain(sentence);
  });

  it('recommends nothing cheaper without costs, and nothing where there is no choice', () => {
    const input = withHeadlines({ 'I-I-PW': [10.1, 10.2, 10.3], 'I-I-PS': [10, 10.1, 10.2] });
    expect(sentences({ ...input, costs: [] })).toContain(
      'To choose for lunar-lander: I-I-PS for the lowest distance; without costs, no cheaper method can be named.',
    );
    expect(sentences(withHeadlines({ 'I-I-PS': [10, 10.1, 10.2] })).join(' ')).not.toContain('To choose');
  });

  it('speaks of no front where only one of several methods has a cost', () => {
    const input = withHeadlines({ 'I-I-PW': [10.1, 10.2, 10.3], 'I-I-PS': [10, 10.1, 10.2] });
    const costs = input.costs.filter(({ method }) => method === 'I-I-PS');
    const found = sentences({ ...input, costs });
    expect(found).toContain(
      'Of these methods only I-I-PS has a measured cost, so there is no Pareto front to show.',
    );
    expect(found.join(' ')).not.toContain('no cheaper method lies within');
    const alone = { ...withHeadlines({ 'I-I-PS': [10, 10.1, 10.2] }), costs };
    expect(sentences(alone).join(' ')).toContain('I-I-PS (10.6 s an epoch) is alone on the Pareto front');
  });

  it('names loss networks that saw the labels, on whose results no claim is judged', () => {
    const input = sampleInput();
    const learned = (dataset: string, labels: boolean) => ({
      ...input,
      runs: input.runs.map((run) => ({
        ...run,
        settings: {
          ...run.settings,
          lossNetwork: run.settings.lossNetwork && {
            ...run.settings.lossNetwork,
            trainedOn: [{ dataset, split: 'train', labels }],
          },
        },
      })),
    });
    const warning =
      'No claim is judged on lunar-lander with distilled-alexnet, which learned from its labels.';
    expect(sentences(learned('lunar-lander', true))).toContain(warning);
    for (const other of [learned('lunar-lander', false), learned('cifar-10', true), input]) {
      expect(sentences(other).join(' ')).not.toContain('No claim');
    }
  });

  it('counts failures', () => {
    expect(sentences(withFailure(sampleInput(), 'F-I-PS', [1])).join(' ')).toContain(
      '1 of 27 runs failed (F-I-PS: 1 of 3)',
    );
  });
});

describe('buildModel', () => {
  it('tells methods within the intervals of the front from those clearly off it', () => {
    const input = withHeadlines({
      'I-I-PW': [10, 10.1, 10.2],
      'I-I-PS': [10.1, 10.2, 10.3],
      'F-I-PS': [15, 15.1, 15.2],
    });
    const [group] = buildModel(input).groups;
    const status = Object.fromEntries((group?.methods ?? []).map(({ method, front }) => [method, front]));
    expect(status).toEqual({ 'I-I-PW': 'on', 'I-I-PS': 'undecided', 'F-I-PS': 'off' });
  });

  it('keeps data sets, latent sizes and backends apart', () => {
    const input = sampleInput();
    const more = input.runs.map((run) => ({ ...run, latentSize: 128 }));
    const groups = buildModel({ ...input, runs: [...input.runs, ...more] }).groups;
    expect(groups.map(({ latentSize, methods }) => [latentSize, methods.length])).toEqual([
      [64, 7],
      [128, 7],
    ]);
    expect(groups[1]?.methods.every(({ cost }) => cost === null)).toBe(true);
  });

  it('warns of mixed settings', () => {
    const input = sampleInput();
    const runs = input.runs.map((run, index) =>
      index === 0
        ? { ...run, settings: { ...run.settings, training: { ...run.settings.training, epochs: 3 } } }
        : run,
    );
    expect(buildModel({ ...input, runs }).groups[0]?.warnings.join()).toContain('same settings');
  });
});

describe('resultTable', () => {
  it('has a row per method and reference, best first, with every column filled in', () => {
    const { columns, rows } = resultTable(withFailure(sampleInput(), 'I-I-PW', [2]));
    expect(columns.map(({ key }) => key)).not.toContain('dataset');
    expect(rows).toHaveLength(9);
    for (const row of rows) for (const { key } of columns) expect(row[key]).toBeTypeOf('string');
    const means = rows.slice(0, 7).map((row) => Number.parseFloat(row['quality'] ?? ''));
    expect(means).toEqual([...means].sort((a, b) => a - b));
    expect(rows.find((row) => row['method'] === 'I-I-PW')).toMatchObject({
      seeds: '2 of 3',
      msPerStep: '208',
    });
    expect(rows.find((row) => row['method'] === 'untrained (reference)')).toMatchObject({
      front: '',
      seconds: '',
    });
  });

  it('shows data set and latent size where they differ', () => {
    const input = sampleInput();
    const more = input.runs.map((run) => ({ ...run, latentSize: 128 }));
    const { columns, rows } = resultTable({ ...input, runs: [...input.runs, ...more] });
    expect(columns.map(({ key }) => key)).toContain('latentSize');
    expect(rows).toHaveLength(18);
  });
});
