import {
  MissingEvidence,
  type BySeed,
  type Claim,
  type ClaimRow,
  type Comparison,
  type Effect,
  type Evidence,
} from '@paretrain/core';
import { describe, expect, it } from 'vitest';
import {
  average,
  difference,
  judgeClaim,
  largest,
  meanOf,
  measuredRatio,
  ratio,
  scaled,
  smallest,
} from '../src/index.ts';

const seeds = (...values: number[]): BySeed => new Map(values.map((value, seed) => [seed, value]));
const evidence = {} as Evidence;

const compare = (effect: Effect | (() => never), holds: Comparison['holds'] = { above: 0 }): Comparison => ({
  what: 'an effect',
  unit: 'pixels',
  effect: () => (typeof effect === 'function' ? effect() : effect),
  holds,
});

const claim = (...comparisons: Comparison[]): Claim => ({
  id: 'T1',
  statement: 'It is so.',
  source: 'a test',
  comparisons,
});

const verdict = (...comparisons: Comparison[]) => judgeClaim(claim(...comparisons), evidence).verdict;

describe('judgeClaim', () => {
  it('tells a planted effect, its mirror image and none apart', () => {
    expect(verdict(compare(seeds(1, 1.2, 0.9, 1.1, 1)))).toBe('reproduced');
    expect(verdict(compare(seeds(-1, -1.2, -0.9, -1.1, -1)))).toBe('contradicted');
    expect(verdict(compare(seeds(1, -1.2, 0.9, -1.1, 0.4)))).toBe('undetermined');
  });

  it("gives Student's interval of the mean", () => {
    const { comparisons } = judgeClaim(claim(compare(seeds(1, 2, 3))), evidence);
    // 2 -+ 4.302653 / sqrt(3), as SciPy's t.interval(.95, 2, 2, sem) has it.
    expect(comparisons[0]!.effect).toMatchObject({ value: 2, seeds: 3 });
    expect(comparisons[0]!.effect!.interval[0]).toBeCloseTo(-0.4841377, 6);
    expect(comparisons[0]!.effect!.interval[1]).toBeCloseTo(4.4841377, 6);
  });

  it('decides nothing on one seed, or on none', () => {
    const one = judgeClaim(claim(compare(seeds(5))), evidence);
    expect(one).toMatchObject({ verdict: 'undetermined', missing: ['a second seed of: an effect'] });
    expect(verdict()).toBe('undetermined');
  });

  it('wants equal things within a margin, and differing ones beyond it', () => {
    const margin = { above: -0.01, below: 0.01 };
    expect(verdict(compare(seeds(0.001, -0.002, 0, 0.001), margin))).toBe('reproduced');
    expect(verdict(compare(seeds(0.05, 0.052, 0.049, 0.05), margin))).toBe('contradicted');
    expect(verdict(compare(seeds(0.005, 0.02, -0.01, 0.005), margin))).toBe('undetermined');
  });

  it('is reproduced only when every comparison holds, and contradicted by one that fails', () => {
    const [good, bad, open] = [seeds(1, 1.1, 0.9), seeds(-1, -1.1, -0.9), seeds(1, -1, 0.5)].map((values) =>
      compare(values),
    ) as [Comparison, Comparison, Comparison];
    expect(verdict(good, good)).toBe('reproduced');
    expect(verdict(good, open)).toBe('undetermined');
    expect(verdict(good, bad, open)).toBe('contradicted');
  });

  it('does not let one of many comparisons fail by chance', () => {
    // Below 0 with a probability of .0186 (t = -5.1 with 2 degrees of freedom): enough alone, not one of eight.
    const unlucky = compare(seeds(-1, -1.6, -2.1));
    expect(verdict(unlucky)).toBe('contradicted');
    const others = Array.from({ length: 7 }, () => compare(seeds(1, 1.1, 0.9)));
    expect(verdict(unlucky, ...others)).toBe('undetermined');
  });

  it('takes values that were measured with an interval', () => {
    const about = { above: 0.5, below: 0.7 };
    expect(verdict(compare({ value: 0.6, interval: [0.55, 0.65] }, about))).toBe('reproduced');
    expect(verdict(compare({ value: 0.9, interval: [0.85, 0.95] }, about))).toBe('contradicted');
    expect(verdict(compare({ value: 0.72, interval: [0.6, 0.84] }, about))).toBe('undetermined');
  });

  it('wants some of several effects, whichever they are, in the range', () => {
    const [good, bad, open] = [seeds(1, 1.1, 0.9), seeds(-1, -1.1, -0.9), seeds(1, -1, 0.5)];
    const two = (...of: BySeed[]) => compare({ atLeast: 2, of });
    expect(verdict(two(bad, good, good))).toBe('reproduced');
    expect(verdict(two(good, bad, bad))).toBe('contradicted');
    expect(verdict(two(good, open, open))).toBe('undetermined');
    expect(verdict(two(open, bad, good))).toBe('undetermined');
    expect(verdict(two(good, good, seeds(1)))).toBe('undetermined');
    // The second best stands for them.
    const { comparisons } = judgeClaim(claim(two(bad, seeds(3, 3.1, 2.9), good)), evidence);
    expect(comparisons[0]!.effect).toMatchObject({ value: 1, seeds: 3 });
  });

  it('needs more of effects that were not chosen beforehand', () => {
    // t = 4.9 with 2 degrees of freedom: .02 on one side, enough for one effect alone.
    const scarce = seeds(1, 1.7, 2.1);
    expect(verdict(compare(scarce))).toBe('reproduced');
    expect(verdict(compare({ atLeast: 1, of: [scarce, seeds(-1, 1, 0), seeds(1, 0, -1)] }))).toBe(
      'undetermined',
    );
    const unlucky = seeds(-1, -1.7, -2.1);
    expect(verdict(compare(unlucky))).toBe('contradicted');
    const good = seeds(1, 1.1, 0.9);
    expect(verdict(compare({ atLeast: 3, of: [unlucky, good, good] }))).toBe('undetermined');
  });

  it('looks at every latent size that was run, each by itself', () => {
    const bySize = new Map([
      [64, seeds(1, 1.1, 0.9)],
      [128, seeds(-1, -1.1, -0.9)],
    ]);
    const all = {
      latentSizes: () => [...bySize.keys()],
      headline: ({ latentSize }: ClaimRow) => bySize.get(latentSize!)!,
    } as unknown as Evidence;
    const everywhere: Comparison = {
      ...compare(seeds()),
      atEverySizeOf: 'mnist',
      effect: (from) => from.headline({ dataset: 'mnist', method: 'A' }),
    };
    const { comparisons, verdict: found } = judgeClaim(claim(everywhere), all);
    expect(found).toBe('contradicted');
    expect(comparisons.map(({ what, outcome }) => [what, outcome])).toEqual([
      ['an effect, latent size 64', 'holds'],
      ['an effect, latent size 128', 'fails'],
    ]);
    expect(comparisons[1]!.rows).toEqual([{ dataset: 'mnist', method: 'A', latentSize: 128 }]);
    const none: Evidence = {
      ...all,
      latentSizes: () => {
        throw new MissingEvidence('runs on mnist');
      },
      headline: () => {
        throw new MissingEvidence('runs on mnist');
      },
    };
    expect(judgeClaim(claim(everywhere), none).missing).toEqual(['runs on mnist']);
  });

  it('says whose runs it looked at', () => {
    const asking: Comparison = {
      ...compare(seeds(1, 1.1)),
      effect: (from) => {
        from.headline({ dataset: 'mnist', method: 'A' });
        from.metric({ dataset: 'mnist', method: 'A' }, 'linear.accuracy');
        return from.headline({ dataset: 'mnist', method: 'B', latentSize: 3 });
      },
    };
    const answers = { headline: () => seeds(1, 1.1), metric: () => seeds(1, 2) } as unknown as Evidence;
    expect(judgeClaim(claim(asking), answers).comparisons[0]!.rows).toEqual([
      { dataset: 'mnist', method: 'A' },
      { dataset: 'mnist', method: 'B', latentSize: 3 },
    ]);
  });

  it('asks for seeds, or for a shorter interval, where there are too few', () => {
    const missing = (...comparisons: Comparison[]) => judgeClaim(claim(...comparisons), evidence).missing;
    const open = compare(seeds(1, -1.2, 0.9));
    expect(missing(open)).toEqual(['more than 3 seeds to settle: an effect']);
    expect(missing(compare({ value: 1, interval: [-1, 3] }))).toEqual([
      'a measurement with a shorter interval to settle: an effect',
    ]);
    // Nothing is missing for a verdict that is given.
    expect(missing(open, compare(seeds(-1, -1.1, -0.9)))).toEqual([]);
  });

  it('names what is missing, and passes other errors on', () => {
    const missing = compare(() => {
      throw new MissingEvidence('runs of I-F-FP on svhn');
    });
    const judged = judgeClaim(claim(compare(seeds(1, 1.1)), missing), evidence);
    expect(judged).toMatchObject({ verdict: 'undetermined', missing: ['runs of I-F-FP on svhn'] });
    const broken = compare(() => {
      throw new TypeError('a mistake');
    });
    expect(() => judgeClaim(claim(broken), evidence)).toThrow('a mistake');
  });
});

describe('effects', () => {
  it('pair seeds that both have', () => {
    const [a, b] = [seeds(3, 5, 8), seeds(1, 2)];
    expect([...difference(a, b)]).toEqual([
      [0, 2],
      [1, 3],
    ]);
    expect([...ratio(a, b).values()]).toEqual([3, 2.5]);
    expect(() => difference(a, new Map([[7, 1]]))).toThrow(MissingEvidence);
  });

  it('are put together within a seed', () => {
    const all = [seeds(1, 9), seeds(2, 8), seeds(3, 7)] as const;
    expect([...largest(...all).values()]).toEqual([3, 9]);
    expect([...smallest(...all).values()]).toEqual([1, 7]);
    expect([...average(...all).values()]).toEqual([2, 8]);
    expect([...scaled(all[0], 3).values()]).toEqual([3, 27]);
  });

  it('carry the errors of what was measured', () => {
    const [a, b] = [
      { value: 6, interval: [5.4, 6.6] },
      { value: 10, interval: [9, 11] },
    ] as const;
    const { value, interval } = measuredRatio(a, b);
    expect(value).toBeCloseTo(0.6);
    // Ten per cent each: .6 sqrt(.02)
    expect(interval[1] - value).toBeCloseTo(0.6 * Math.sqrt(0.02));
    const mean = meanOf(a, b);
    expect(mean.value).toBe(8);
    expect(mean.interval[1] - 8).toBeCloseTo(Math.hypot(0.6, 1) / 2);
  });
});
