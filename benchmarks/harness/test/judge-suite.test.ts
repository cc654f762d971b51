import type { CostResult, RunResult } from '@paretrain/store';
import type { Claim, Suite } from '@paretrain/core';
import { describe, expect, it } from 'vitest';
import { judgeSuite } from '../src/claims/judge-suite.ts';

const image = { height: 64, width: 64, channels: 3 };

/** What judging reads of a run; trained with batches of 16. */
const run = (seed: number, changes: object = {}): RunResult =>
  ({
    dataset: { name: 'svhn', counts: { train: 1000, test: 1000 } },
    method: 'A',
    latentSize: 64,
    backend: { name: 'wasm' },
    seed,
    settings: { dataset: {}, training: { batchSize: 16 }, lossNetwork: null },
    targets: 'none',
    metrics: { 'linear.accuracy': 0.5 },
    finishedAt: '2026-01-01T00:00:00.000Z',
    failure: null,
    ...changes,
  }) as unknown as RunResult;

const cost = (seconds: number, changes: object = {}): CostResult =>
  ({
    cell: `${seconds}`,
    host: 'one',
    method: 'A',
    lossNetwork: null,
    backend: { name: 'wasm' },
    batchSize: 512,
    latentSize: 64,
    image,
    targets: 'none',
    imagesPerEpoch: 1000,
    secondsPerEpoch: seconds,
    secondsPerEpochInterval95: [0.9 * seconds, 1.1 * seconds],
    measuredAt: '2026-01-01T00:00:00.000Z',
    ...changes,
  }) as unknown as CostResult;

const claim = (effect: Claim['comparisons'][number]['effect']): Claim => ({
  id: 'T1',
  statement: 'An epoch takes about ten seconds.',
  source: 'a test',
  comparisons: [{ what: 'seconds of an epoch', unit: 's', effect, holds: { above: 8, below: 12 } }],
});

const suiteOf = (own: Claim) =>
  ({ claims: [own], profiles: { paper: { training: { batchSize: 512 } } } }) as unknown as Suite;

const TIME = suiteOf(claim((evidence) => evidence.secondsPerEpoch({ dataset: 'svhn', method: 'A' })));

const judge = (results: readonly RunResult[], costs: readonly CostResult[], suite = TIME) =>
  judgeSuite({ suite, results, costs, images: { svhn: image } })[0]!;

describe('judgeSuite', () => {
  const runs = [run(0), run(1)];

  it('takes the cost at the published batch size, whatever the runs trained with', () => {
    const { verdict, comparisons } = judge(runs, [cost(3, { batchSize: 16 }), cost(10)]);
    expect(verdict).toBe('reproduced');
    expect(comparisons[0]!.effect!.value).toBe(10);
  });

  it('takes no cost of cached features', () => {
    const { verdict, missing } = judge(runs, [cost(10, { targets: 'cached' })]);
    expect(verdict).toBe('undetermined');
    expect(missing).toEqual(['the cost of A on svhn at batch size 512 with computed targets']);
  });

  it('takes the costs of one host, the one that has most', () => {
    const both = suiteOf(
      claim((evidence) => {
        evidence.secondsPerEpoch({ dataset: 'svhn', method: 'A' });
        return evidence.secondsPerEpoch({ dataset: 'svhn', method: 'B' });
      }),
    );
    const all = [...runs, run(0, { method: 'B' }), run(1, { method: 'B' })];
    const other = [cost(1, { host: 'two' }), cost(2, { host: 'two', method: 'B' })];
    expect(judge(all, [cost(10), ...other], both).comparisons[0]!.effect!.value).toBe(2);
    expect(judge(all, [cost(10), other[1]!], both).missing).toEqual([
      'the cost of B on svhn at batch size 512 with computed targets',
    ]);
  });

  it('leaves out runs of another backend or with other training settings', () => {
    const accuracy = suiteOf(
      claim((evidence) => evidence.metric({ dataset: 'svhn', method: 'A' }, 'linear.accuracy')),
    );
    const others = [
      run(2, { backend: { name: 'webgpu' } }),
      run(3, { settings: { dataset: {}, training: { batchSize: 32 }, lossNetwork: null } }),
    ];
    expect(judge([...runs, ...others], [], accuracy).comparisons[0]!.effect!.seeds).toBe(2);
  });
});
