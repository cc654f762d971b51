import { evidenceOf, judgeClaim } from '@paretrain/claims';
import type { Claim, Evidence } from '@paretrain/core';
import { describe, expect, it } from 'vitest';
import { FEATURE_PREDICTION_CLAIMS } from '../src/claims/feature-prediction.ts';
import { PERCEPTUAL_EMBEDDINGS_CLAIMS } from '../src/claims/perceptual-embeddings.ts';
import { AUGMENTATION_PAIRS_CLAIMS, PSEUDO_LABELLING_CLAIMS } from '../src/claims/pseudo-labelling.ts';
import { plant } from './support/plant.ts';
import * as effects from './support/published-effects.ts';

const SUITES = [
  [FEATURE_PREDICTION_CLAIMS, effects.featurePrediction],
  [PERCEPTUAL_EMBEDDINGS_CLAIMS, effects.perceptualEmbeddings],
  [PSEUDO_LABELLING_CLAIMS, effects.pseudoLabelling],
  [AUGMENTATION_PAIRS_CLAIMS, effects.augmentationPairs],
] as const;

const ids = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${prefix}${i + 1}`);

/** Each claim beside what is planted for its suite. */
const CASES = SUITES.flatMap(([claims, world]) =>
  claims.map((claim): [string, Claim, effects.World] => [claim.id, claim, world]),
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
