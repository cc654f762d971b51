import { MissingEvidence } from '@paretrain/core';
import type { CostResult, RunResult } from '@paretrain/store';
import { describe, expect, it } from 'vitest';
import { evidenceOf } from '../src/index.ts';

const row = { dataset: 'stl-10', method: 'I-I-PS' } as const;

interface Changes {
  readonly method?: string;
  readonly seed?: number;
  readonly latentSize?: number;
  readonly value?: number;
  readonly test?: number;
  readonly labels?: boolean;
  readonly failed?: boolean;
  readonly train?: number;
  readonly variant?: string;
  readonly curve?: readonly number[];
}

/** What evidence reads of a result. */
function run(changes: Changes = {}): RunResult {
  const {
    method = row.method,
    seed = 0,
    latentSize = 64,
    value = 0.5,
    test = 1000,
    labels = false,
    failed = false,
    train = 10,
    variant,
    curve,
  } = changes;
  return {
    method,
    seed,
    latentSize,
    dataset: { name: row.dataset, counts: { test } },
    settings: {
      lossNetwork: { name: 'a-network', trainedOn: [{ dataset: row.dataset, split: 'train', labels }] },
    },
    metrics: { 'linear.accuracy': value },
    headline: { value },
    timings: { train },
    epochs: { run: 10, best: 7 },
    ...(variant === undefined ? {} : { variant }),
    ...(curve === undefined ? {} : { curves: { 'linear.accuracy': curve } }),
    failure: failed ? { phase: 'train', message: 'NaN', error: 'NonFiniteError' } : null,
  } as unknown as RunResult;
}

const cost = (cell: string, seconds: number | null): CostResult =>
  ({
    cell,
    secondsPerEpoch: seconds,
    secondsPerEpochInterval95: seconds === null ? null : [0.9 * seconds, 1.1 * seconds],
    encodeMsPerImage: 2,
    ...(seconds === null ? {} : { encodeMsPerImageInterval95: [1.8, 2.2] }),
  }) as unknown as CostResult;

const of = (...runs: RunResult[]) => evidenceOf({ runs, costOf: () => null });

describe('evidenceOf', () => {
  it('gives values by seed, without failed runs', () => {
    const evidence = of(run({ value: 0.4 }), run({ seed: 1, value: 0.6 }), run({ seed: 2, failed: true }));
    expect([...evidence.headline(row)]).toEqual([
      [0, 0.4],
      [1, 0.6],
    ]);
    expect([...evidence.metric(row, 'linear.accuracy').values()]).toEqual([0.4, 0.6]);
    expect([...evidence.seconds(row, 'train').values()]).toEqual([10, 10]);
    expect([...evidence.bestEpoch(row).values()]).toEqual([7, 7]);
  });

  it('averages over latent sizes where none is named, seeds that lack one left out', () => {
    const evidence = of(
      run({ latentSize: 64, value: 0.4 }),
      run({ latentSize: 128, value: 0.6 }),
      run({ seed: 1, latentSize: 64, value: 0.9 }),
    );
    expect([...evidence.headline(row)]).toEqual([[0, 0.5]]);
    expect([...evidence.headline({ ...row, latentSize: 64 }).values()]).toEqual([0.4, 0.9]);
  });

  it('says what is missing', () => {
    const refuses = (runs: RunResult[], message: RegExp) => {
      expect(() => of(...runs).headline(row)).toThrow(MissingEvidence);
      expect(() => of(...runs).headline(row)).toThrow(message);
    };
    refuses([], /^runs on stl-10$/);
    refuses([run({ method: 'I-I-PW' })], /^runs of I-I-PS on stl-10$/);
    refuses([run({ test: 50 })], /at least 500 test images of stl-10: there are 50/);
    refuses([run(), run()], /several differ/);
    expect(() => of(run()).metric(row, 'mlp.accuracy')).toThrow(/metric mlp.accuracy of I-I-PS/);
  });

  it('judges nothing on labels that the loss network has seen', () => {
    expect(() => of(run({ labels: true })).headline(row)).toThrow(
      /a loss network that has not seen the labels of stl-10, as a-network has/,
    );
  });

  it('tells choices of a method apart', () => {
    const evidence = of(run({ value: 0.4 }), run({ value: 0.6, variant: 'crop' }));
    expect([...evidence.headline(row).values()]).toEqual([0.4]);
    expect([...evidence.headline({ ...row, variant: 'crop' }).values()]).toEqual([0.6]);
    expect(() => evidence.headline({ ...row, variant: 'cutout' })).toThrow(
      /^runs of I-I-PS \(cutout\) on stl-10$/,
    );
  });

  it('gives the latent sizes that were run on a data set', () => {
    const evidence = of(
      run({ latentSize: 128 }),
      run({ latentSize: 64 }),
      run({ latentSize: 32, failed: true }),
    );
    expect(evidence.latentSizes(row.dataset)).toEqual([64, 128]);
    expect(() => evidence.latentSizes('svhn')).toThrow(MissingEvidence);
  });

  it('gives curves by seed, epoch by epoch the mean over the latent sizes', () => {
    const runs = [run({ curve: [0.2, 0.4] }), run({ latentSize: 128, curve: [0.4, 0.8] })];
    const [[seed, curve]] = [...of(...runs).curve(row, 'linear.accuracy')] as [[number, number[]]];
    expect(seed).toBe(0);
    expect(curve[0]).toBeCloseTo(0.3);
    expect(curve[1]).toBeCloseTo(0.6);
    const uneven = of(run({ curve: [0.2] }), run({ latentSize: 128, curve: [0.4, 0.8] }));
    expect(() => uneven.curve(row, 'linear.accuracy')).toThrow(/as many epochs at every latent size/);
    expect(() => of(run()).curve(row, 'linear.accuracy')).toThrow(
      /metric linear.accuracy after every epoch of I-I-PS on stl-10/,
    );
  });

  it('gives the seconds of encoding an image, where they were measured with an interval', () => {
    const runs = [run(), run({ seed: 1 })];
    const { value, interval } = evidenceOf({ runs, costOf: () => cost('z64', 1) }).secondsPerEncoding(row);
    expect(value).toBeCloseTo(0.002);
    expect(interval[1]).toBeCloseTo(0.0022);
    const before = evidenceOf({ runs, costOf: () => cost('z64', null) });
    expect(() => before.secondsPerEncoding(row)).toThrow(/time of encoding an image, with its interval/);
  });

  it('gives the cost of an epoch with its interval, a cell once', () => {
    const runs = [0, 1].flatMap((seed) => [run({ seed, latentSize: 64 }), run({ seed, latentSize: 128 })]);
    const costOf = ({ latentSize }: RunResult) => cost(`z${latentSize}`, latentSize === 64 ? 10 : 20);
    const { value, interval } = evidenceOf({ runs, costOf }).secondsPerEpoch(row);
    expect(value).toBe(15);
    // Halves of 1 and 2 seconds.
    expect(interval[1] - 15).toBeCloseTo(Math.hypot(1, 2) / 2);
    const none = evidenceOf({ runs, costOf: () => cost('z', null) });
    expect(() => none.secondsPerEpoch(row)).toThrow(/the cost of an epoch of I-I-PS on stl-10/);
    const once = evidenceOf({ runs: [run()], costOf });
    expect(() => once.secondsPerEpoch(row)).toThrow(/a second seed of I-I-PS on stl-10/);
  });
});
