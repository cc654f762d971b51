import { evidenceOf, judgeClaim } from '@paretrain/claims';
import type { Claim, Evidence, SuiteProfile } from '@paretrain/core';
import { describe, expect, it } from 'vitest';
import { augmentationPairs, featurePrediction, perceptualEmbeddings, pseudoLabelling } from '../src/index.ts';
import { plant } from './support/plant.ts';
import * as effects from './support/published-effects.ts';

const SUITES = [
  [featurePrediction, effects.featurePrediction],
  [perceptualEmbeddings, effects.perceptualEmbeddings],
  [pseudoLabelling, effects.pseudoLabelling],
  [augmentationPairs, effects.augmentationPairs],
] as const;

/** Sets of five seeds in which nothing has an effect. */
const DRAWS = 20;
/** What rounding leaves of an effect of 0. */
const TOLERANCE = 1e-9;

const ids = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${prefix}${i + 1}`);

/** Each claim beside what is planted for its suite. */
const CASES = SUITES.flatMap(([{ claims, profiles }, world]) =>
  claims.map((claim): [string, Claim, effects.World, SuiteProfile] => [
    claim.id,
    claim,
    world,
    profiles.paper,
  ]),
);

/** The verdict, with what speaks against it, for the message of a test that fails. */
function judge(claim: Claim, evidence: Evidence) {
  const { verdict, missing, comparisons } = judgeClaim(claim, evidence);
  const details = comparisons.map(({ what, outcome, effect, missing: lacks }) =>
    JSON.stringify({ what, outcome, effect, lacks }),
  );
  return { verdict, missing, details: details.join('\n') };
}

describe('claims', () => {
  it('are all there', () => {
    expect(CASES.map(([id]) => id).sort()).toEqual(
      [...ids('FP', 11), ...ids('PE', 7), ...ids('PL', 8)].sort(),
    );
  });

  it.each(CASES)('%s says what it tests, in a range that can be missed on some side', (_id, claim) => {
    expect(claim.comparisons.length).toBeGreaterThan(0);
    for (const { what, unit, holds } of claim.comparisons) {
      expect(what.length * unit.length).toBeGreaterThan(0);
      expect([holds.above, holds.below].some((limit) => limit !== undefined)).toBe(true);
      expect(holds.above ?? -Infinity).toBeLessThan(holds.below ?? Infinity);
    }
    expect(new Set(claim.comparisons.map(({ what }) => what)).size).toBe(claim.comparisons.length);
  });

  it.each(CASES)('%s is reproduced where the published effects are planted', (_id, claim, { published }) => {
    const { verdict, details } = judge(claim, plant({ worlds: [published], seeds: 5 }));
    expect(verdict, details).toBe('reproduced');
  });

  it.each(CASES)('%s asks only for what the paper profile runs', (_id, claim, { published }, paper) => {
    const metrics = new Set<string>();
    const note = (name: string): string => {
      metrics.add(name);
      return name;
    };
    const evidence = plant({ worlds: [published], seeds: 2 });
    const watched: Evidence = {
      ...evidence,
      metric: (row, name) => evidence.metric(row, note(name)),
      curve: (row, name) => evidence.curve(row, note(name)),
    };
    const rows = judgeClaim(claim, watched).comparisons.flatMap((comparison) => comparison.rows);
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) {
      const dataset = paper.datasets.find(({ name }) => name === row.dataset);
      expect(dataset, row.dataset).toBeDefined();
      const method = paper.methods.find(
        ({ name, variant, datasets = [row.dataset] }) =>
          name === row.method && variant === row.variant && datasets.includes(row.dataset),
      );
      expect(method, JSON.stringify(row)).toBeDefined();
      if (row.latentSize !== undefined)
        expect(dataset!.latentSizes ?? paper.latentSizes).toContain(row.latentSize);
    }
    const evaluators = paper.evaluators.map(({ name }) => name);
    for (const metric of metrics) expect(evaluators, metric).toContain(metric.split('.')[0]);
  });

  it.each(CASES)('%s is contradicted by the mirror image', (_id, claim, { mirrored }) => {
    const { verdict, details } = judge(claim, plant({ worlds: [mirrored], seeds: 5 }));
    expect(verdict, details).toBe('contradicted');
  });

  it.each(CASES)('%s is undetermined where seeds disagree', (_id, claim, { published, mirrored }) => {
    const evidence = plant({ worlds: [published, mirrored], seeds: 5, timeError: 1 });
    const { verdict, missing, details } = judge(claim, evidence);
    expect(verdict, details).toBe('undetermined');
    expect(missing.join()).toMatch(/more than 5 seeds|shorter interval/);
  });

  it.each(CASES)('%s, where nothing has an effect, is what its ranges make of that', (_id, claim, world) => {
    const alike = effects.withoutEffect(world);
    const exact = judgeClaim(claim, plant({ worlds: [alike], seeds: 2, spread: 0 })).comparisons;
    // How far no effect lies inside the range: at 0, on its limit, nothing can be told.
    const depths = exact.map(({ effect, holds: { above = -Infinity, below = Infinity } }) =>
      Math.min(effect!.value - above, below - effect!.value),
    );
    const verdicts = Array.from(
      { length: DRAWS },
      (_, draw) => judge(claim, plant({ worlds: [alike], seeds: 5, spread: 0.002, draw })).verdict,
    );
    const share = (verdict: string) => verdicts.filter((one) => one === verdict).length / DRAWS;
    if (Math.min(...depths) < -TOLERANCE) {
      // 'Twice the error', 'about 60 %': no effect is enough to contradict.
      expect(share('contradicted'), verdicts.join()).toBeGreaterThan(0.75);
    } else if (Math.min(...depths) < TOLERANCE) {
      // 'Better': of forty that are alike one comes out either way by chance.
      expect(share('undetermined'), verdicts.join()).toBeGreaterThan(0.75);
    } else {
      // 'Alike'.
      expect(share('contradicted'), verdicts.join()).toBe(0);
      expect(share('reproduced'), verdicts.join()).toBeGreaterThan(0.75);
    }
  });

  it.each(CASES)('%s is undetermined with one seed', (_id, claim, { published }) => {
    const { verdict, missing } = judge(claim, plant({ worlds: [published], seeds: 1 }));
    expect(verdict).toBe('undetermined');
    expect(missing.join()).toMatch(/second seed/);
  });

  it.each(CASES)('%s is undetermined without runs', (_id, claim) => {
    const { verdict, missing } = judge(claim, evidenceOf({ runs: [], costOf: () => null }));
    expect(verdict).toBe('undetermined');
    expect(missing.join()).toMatch(/^runs /);
  });

  it.each(CASES)('%s is undetermined where a data set is missing', (_id, claim, { published }) => {
    const datasets = [...new Set(published.map(({ dataset }) => dataset))];
    const verdicts = datasets.map((missing) => {
      const rest = published.filter(({ dataset }) => dataset !== missing);
      return judge(claim, plant({ worlds: [rest], seeds: 5 })).verdict;
    });
    expect(verdicts).toContain('undetermined');
    expect(verdicts).not.toContain('contradicted');
  });
});
