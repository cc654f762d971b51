import { describe, expect, it } from 'vitest';
import { compareSeeds } from '../src/quality/compare.ts';
import { main } from '../src/quality/cli.ts';

describe('compareSeeds', () => {
  it("has Welch's interval, as SciPy gives it", () => {
    const { difference, interval, ours, agrees } = compareSeeds([0.51, 0.54, 0.49], [0.47, 0.5, 0.455, 0.52]);
    expect(ours.mean).toBeCloseTo(0.5133333, 6);
    expect(difference).toBeCloseTo(0.0270833, 6);
    // scipy.stats.ttest_ind(a, b, equal_var=False).confidence_interval(.95)
    expect(interval[0]).toBeCloseTo(-0.0265464, 6);
    expect(interval[1]).toBeCloseTo(0.080713, 6);
    expect(agrees).toBe(true);
  });

  it('does not agree where the spread does not explain the difference', () => {
    expect(compareSeeds([0.5, 0.51, 0.52], [0.4, 0.41, 0.42]).agrees).toBe(false);
    expect(compareSeeds([0.5, 0.5], [0.5, 0.5]).agrees).toBe(true);
  });
});

describe('quality.mjs', () => {
  it.each([[[]], [['pseudo-labelling']], [['a', 'b', '--method=VAE']], [['a', '--methods=VAE']]])(
    'refuses %j with exit code 2',
    async (args) => {
      expect(await main(args)).toBe(2);
    },
  );

  it('says where there are no runs of a method', async () => {
    expect(await main(['feature-prediction', '--method=VAE', '--results=/nowhere'])).toBe(2);
  });
});
