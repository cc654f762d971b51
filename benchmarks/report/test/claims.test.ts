import type { JudgedClaim, JudgedComparison } from '@paretrain/claims';
import type { SuiteProfile } from '@paretrain/core';
import { describe, expect, it } from 'vitest';

import { comparisonText, renderReport, type ReportInput, type Section } from '../src/index.ts';
import { claimsSection } from '../src/sections/claims.ts';
import { publishedSection } from '../src/sections/published.ts';
import { sampleInput } from './sample-input.ts';

const comparison: JudgedComparison = {
  what: 'error of A less that of B',
  unit: 'pixels',
  holds: { above: 0 },
  effect: { value: -1.234, interval: [-2, -0.5], seeds: 3 },
  outcome: 'fails',
  missing: null,
  rows: [{ dataset: 'lunar-lander', method: 'I-I-PS' }],
};

const claim: JudgedClaim = {
  id: 'T1',
  statement: 'A is better than B.',
  source: 'a paper',
  reading: null,
  verdict: 'contradicted',
  comparisons: [comparison],
  missing: [],
};

const paper: SuiteProfile = {
  datasets: [{ name: 'lunar-lander', options: { rollouts: 700 } }],
  methods: [{ name: 'I-I-PS' }],
  latentSizes: [64],
  seeds: 3,
  training: { epochs: 50, batchSize: 64, targets: 'cached' },
  lossNetworks: [{ name: 'distilled-alexnet' }],
  evaluators: [{ name: 'mlp' }],
  headline: { position: 'mlp.distance', class: 'mlp.accuracy' },
  expected: { seconds: 1, cores: 1 },
};
const profiles = { smoke: paper, quick: paper, reduced: paper, paper };

/** Text of a section, tags left out. */
async function words(input: ReportInput, section: Section): Promise<string> {
  const { html } = await renderReport(input, { sections: [section] });
  return html
    .replace(/<style>[\s\S]*?<\/style>|<[^>]+>/g, ' ')
    .replaceAll('&#39;', "'")
    .replace(/\s+/g, ' ');
}

describe('the claims of a page', () => {
  it('say what speaks against a claim and what differs from the paper', async () => {
    const twice = {
      ...claim,
      id: 'T2',
      comparisons: [comparison, { ...comparison, outcome: 'open' as const }],
    };
    const text = await words({ ...sampleInput(), claims: [claim, twice], profiles }, claimsSection);

    expect(text).toContain('0 reproduced, 2 contradicted and 0 undetermined');
    expect(text).toContain('T1 contradicted at profile quick');
    expect(text.match(/\d of \d effects speak against it/g)).toEqual(['1 of 2 effects speak against it']);
    expect(text).toContain('rollouts of lunar-lander 20 instead of 700; epochs 10 instead of 50.');
    expect(text).toContain('Images of lunar-lander: pretrain 3,000, train 2,712, test 1,804.');
    expect(text).toMatch(/fails error of A less that of B pixels -1\.2 \[-2\.0, -0\.5\] above 0 3/);
  });

  it('list what is missing', async () => {
    const missing = ['runs of A on svhn', 'a second seed of B'];
    const open: JudgedClaim = {
      ...claim,
      verdict: 'undetermined',
      comparisons: missing.map((text) => ({ ...comparison, effect: null, outcome: 'open', missing: text })),
      missing,
    };
    const text = await words({ ...sampleInput(), claims: [open] }, claimsSection);
    expect(text).toContain('Missing for a verdict: runs of A on svhn a second seed of B');
    expect(text).not.toContain('speak against it');
  });

  it('stand in one line for terminals', () => {
    expect(comparisonText(comparison)).toBe('-1.2 [-2.0, -0.5] pixels, 3 seeds; expected above 0');
    const time = { value: 0.6, interval: [0.55, 0.65], seeds: null } as const;
    expect(comparisonText({ ...comparison, effect: time, holds: { above: 0.5, below: 0.7 } })).toMatch(
      /, measured; expected 0\.5 to 0\.7$/,
    );
    expect(comparisonText({ ...comparison, effect: null, missing: 'runs of A' })).toBe('missing: runs of A');
  });
});

describe('published tables of a page', () => {
  it('stand beside what was measured, with a word in every cell', async () => {
    const input: ReportInput = {
      ...sampleInput(),
      published: [
        {
          source: '000, Table I',
          metric: 'headline',
          unit: 'pixels',
          rows: [
            { dataset: 'lunar-lander', method: 'I-I-PS', value: 10.2, deviation: 3 },
            { dataset: 'lunar-lander', method: 'I-I-PW', value: 3 },
            { dataset: 'lunar-lander', method: 'none', value: 3 },
          ],
        },
        {
          source: '000, Table II',
          metric: 'mlp.accuracy',
          unit: 'share of images',
          rows: [{ dataset: 'svhn', method: 'I-I-PS', latentSize: 64, value: 0.5 }],
        },
      ],
    };
    const text = await words(input, publishedSection);
    expect(text).toMatch(/I-I-PS 10\.2 ± 3 [\d.]+ ± [\d.]+ agrees/);
    expect(text).toMatch(/I-I-PW 3 [\d.]+ ± [\d.]+ worse/);
    expect(text).toMatch(/none 3 not measured/);
    expect(text).toContain('Tables of which nothing was measured: 1');
    expect(text).toMatch(/latent size 64 I-I-PS 0\.5 not measured/);
  });
});
