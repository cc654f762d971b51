import {
  ConfigurationError,
  defineEvaluator,
  stratifiedOrder,
  throwIfAborted,
  type EvaluatorContext,
  type EvaluatorResult,
} from '@paretrain/core';
import { z } from 'zod';
import { SCORE_METRICS, assertEmbeddings } from './scores.ts';
import { FEWEST_ROWS, MOST_ROWS, layOut } from './t-sne/lay-out.ts';
import { neighbourAccuracy } from './t-sne/neighbour-accuracy.ts';
import { pointsByClass, type ClassPoints } from './t-sne/points.ts';
import { trustworthiness } from './t-sne/trustworthiness.ts';

/** Neighbours that `trustworthiness` looks at (scikit-learn's default) and that vote for `neighbourAccuracy`. */
const TRUSTED = 5;
const VOTING = 10;

const options = z.strictObject({
  /** About how many neighbours an image is to have; at most half of the others. */
  perplexity: z.number().min(2).default(30),
  iterations: z.number().int().min(1).default(500),
  /** Test images laid out, the classes in proportion; time and memory grow with the square (3 GB for 9,400). */
  maxImages: z.number().int().positive().max(MOST_ROWS).default(1000),
});
export type TSneOptions = z.infer<typeof options>;

/** What `details` of the result holds. */
export interface TSneDetails {
  readonly images: number;
  readonly perplexity: number;
  readonly clusters: readonly ClassPoints[];
  readonly seconds: number;
}

/**
 * The test images' embeddings laid out in the plane by t-SNE, to be drawn coloured by class. `trustworthiness` says how far the
 * picture can be believed: 1 when everything drawn close together is close. `neighbourAccuracy` is the share of images whose class
 * most of their ten nearest in the plane have: how well the picture separates the classes. Classes only.
 */
export const tSne = defineEvaluator<TSneOptions>({
  name: 't-sne',
  version: '1.0.0',
  description: 'Test embeddings laid out in the plane by t-SNE',
  source: 'Van der Maaten and Hinton 2008; paper 002 (pseudo-labelling), Fig. 15',
  options,
  metrics: {
    trustworthiness: { unit: '1', higherIsBetter: true },
    neighbourAccuracy: SCORE_METRICS.accuracy,
  },
  applies: (method, { target }) => method.encode !== undefined && target.kind === 'class',
  evaluate,
});

async function evaluate(context: EvaluatorContext<TSneOptions>): Promise<EvaluatorResult> {
  const { options: settings, rng, signal, onProgress } = context;
  const { target } = context.dataset;
  if (target.kind !== 'class') {
    throw new ConfigurationError(`t-sne: received a data set whose target is a ${target.kind}, valid: class`);
  }
  const test = await context.embeddings('test');
  assertEmbeddings('t-sne', context.dataset, 'test', test);
  throwIfAborted(signal);
  const started = performance.now();
  const { size } = test;
  const chosen = stratifiedOrder(test.targets, rng).subarray(0, settings.maxImages);
  const count = chosen.length;
  const labels = Float32Array.from(chosen, (index) => test.targets[index]!);
  const values = new Float32Array(count * size);
  chosen.forEach((index, i) => values.set(test.values.subarray(index * size, (index + 1) * size), i * size));
  const perplexity = Math.min(settings.perplexity, (count - 1) / 2);
  const layout = await layOut(values, count, {
    perplexity,
    iterations: settings.iterations,
    seed: rng.nextUint32(),
    onIteration: async (done) => {
      onProgress?.(done / settings.iterations);
      await new Promise((resolve) => setTimeout(resolve, 0));
      throwIfAborted(signal);
    },
  });
  const details: TSneDetails = {
    images: count,
    perplexity,
    clusters: pointsByClass(layout, labels, target.classes),
    seconds: (performance.now() - started) / 1000,
  };
  // Fewer images have no neighbourhoods that a layout could keep.
  if (count < FEWEST_ROWS) return { metrics: {}, details };
  const trusted = Math.min(TRUSTED, Math.ceil(count / 2) - 1);
  return {
    metrics: {
      trustworthiness: trustworthiness(values, size, layout, trusted),
      neighbourAccuracy: neighbourAccuracy(layout, labels, target.classes.length, VOTING),
    },
    details,
  };
}
