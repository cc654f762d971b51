import {
  AbortedError,
  DataError,
  parseOptions,
  type DatasetDescription,
  type Evaluator,
  type EvaluatorResult,
  type TargetDescription,
} from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { evaluatorContext, type SampleEvaluation } from './evaluator-context.ts';
import { registerIf, testPlugin } from './plugin.ts';
import { sampleDescription, sampleSource } from './sample-data.ts';
import { sampleMethod } from './sample-models.ts';

export interface EvaluatorTest {
  readonly options?: unknown;
  /** Kinds of target it can be used with; default both. */
  readonly targets?: readonly TargetDescription['kind'][];
  readonly image?: DatasetDescription['image'];
  /** Images of the pretraining, training and test split. */
  readonly counts?: { readonly pretrain: number; readonly train: number; readonly test: number };
  /** Whether an empty test split is an error; default true. */
  readonly needsTestImages?: boolean;
  /** Whether a signal that has been aborted stops it; default true. */
  readonly stops?: boolean;
}

/** Registers the conformance tests of an evaluator. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- an evaluator of any options
export function testEvaluator(evaluator: Evaluator<any>, test: EvaluatorTest = {}): void {
  const counts = test.counts ?? { pretrain: 10, train: 60, test: 25 };
  const image = test.image ?? { height: 8, width: 8, channels: 3 };

  const evaluate = async (
    kind: TargetDescription['kind'],
    overrides: Partial<SampleEvaluation> = {},
    sizes = counts,
  ): Promise<EvaluatorResult> => {
    const dataset = sampleDescription(kind, image);
    const method = sampleMethod(dataset);
    try {
      expect(evaluator.applies(method, dataset)).toBe(true);
      return await evaluator.evaluate(
        evaluatorContext(evaluator, {
          dataset,
          method,
          options: test.options,
          images: {
            pretrain: sampleSource(dataset, sizes.pretrain, 1),
            train: sampleSource(dataset, sizes.train, 2),
            test: sampleSource(dataset, sizes.test, 3),
          },
          ...overrides,
        }),
      );
    } finally {
      method.dispose();
    }
  };

  describe(`evaluator ${evaluator.name}`, () => {
    beforeAll(() => tf.ready());

    testPlugin(evaluator, 'evaluator');

    it('describes its metrics', () => {
      const described = Object.entries(evaluator.metrics);
      expect(described.length).toBeGreaterThan(0);
      for (const [name, { unit, higherIsBetter }] of described) {
        expect(name).toMatch(/^[A-Za-z][A-Za-z0-9]*$/);
        expect(unit.length).toBeGreaterThan(0);
        expect(typeof higherIsBetter).toBe('boolean');
      }
    });

    it('does not apply to a method that can do nothing', () => {
      const nothing = { networks: {}, constants: {}, updates: [], dispose: () => {} };
      expect(evaluator.applies(nothing, sampleDescription('class', image))).toBe(false);
    });

    describe.each(test.targets ?? (['class', 'position'] as const))('on a %s target', (kind) => {
      it('gives described, finite metrics and details that are JSON, and leaves no tensors', async () => {
        const before = tf.memory().numTensors;
        const { metrics, details } = await evaluate(kind);
        expect(tf.memory().numTensors - before, 'tensors left behind').toBe(0);
        expect(Object.keys(metrics).length).toBeGreaterThan(0);
        for (const [name, value] of Object.entries(metrics)) {
          expect(Object.keys(evaluator.metrics)).toContain(name);
          expect(Number.isFinite(value), `${name} is ${value}`).toBe(true);
        }
        if (details !== undefined) expect(JSON.parse(JSON.stringify(details))).toEqual(details);
      });

      it('gives the same metrics for the same seed', async () => {
        expect((await evaluate(kind, { seed: 5 })).metrics).toEqual(
          (await evaluate(kind, { seed: 5 })).metrics,
        );
      });

      it('works with one image in every split', async () => {
        const { metrics } = await evaluate(kind, {}, { pretrain: 1, train: 1, test: 1 });
        for (const value of Object.values(metrics)) expect(Number.isFinite(value)).toBe(true);
      });

      registerIf(test.needsTestImages ?? true, 'names the empty split', async () => {
        const run = evaluate(kind, {}, { ...counts, test: 0 });
        await expect(run).rejects.toThrow(DataError);
        await expect(run).rejects.toThrow(new RegExp(`${evaluator.name}.*test`));
      });

      it('reports progress from 0 to 1', async () => {
        const shares: number[] = [];
        await evaluate(kind, { onProgress: (share) => void shares.push(share) });
        for (const share of shares) expect(share >= 0 && share <= 1, `share ${share}`).toBe(true);
        expect(shares).toEqual([...shares].sort((a, b) => a - b));
      });

      registerIf(test.stops ?? true, 'stops on request', async () => {
        await expect(evaluate(kind, { signal: AbortSignal.abort() })).rejects.toThrow(AbortedError);
      });
    });

    it('keeps its options as they are when given again', () => {
      const options = parseOptions(evaluator, test.options);
      expect(parseOptions(evaluator, options)).toEqual(options);
    });
  });
}
