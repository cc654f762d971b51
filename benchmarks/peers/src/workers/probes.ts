/*
 * The seven predictors of paper 000 trained on frozen embeddings of 64 numbers in 10 classes, by the `mlp` evaluator: a step trains
 * all seven for EPOCHS epochs (batch 512, a fifth of the rows validates), picks the best and tests it.
 * Usage: probes.ts ROWS EPOCHS
 */
import { Rng, parseOptions, type EmbeddingSet, type EvaluatorContext } from '@paretrain/core';
import { mlp, type MlpOptions } from '@paretrain/evaluators';
import { serve } from './serve.ts';

const SIZE = 64;
const CLASSES = 10;
const TEST_ROWS = 1000;

const [rows = 10_000, epochs = 20] = process.argv.slice(2).map(Number);
const rng = Rng.stream(1, 'embeddings');
const sets = { train: embeddings(rows), test: embeddings(TEST_ROWS) };
const context: EvaluatorContext<MlpOptions> = {
  // No early stop: both sides train every epoch.
  options: parseOptions(mlp, { epochs, patience: epochs }),
  dataset: {
    image: { height: 64, width: 64, channels: 3 },
    target: { kind: 'class', classes: Array.from({ length: CLASSES }, (_, i) => String(i)) },
  },
  method: { networks: {}, constants: {}, updates: [], dispose: () => undefined },
  embeddings: async (split) => sets[split === 'test' ? 'test' : 'train'],
  images: async () => {
    throw new Error('the predictors see embeddings only');
  },
  rng,
};

await serve({}, async () => void (await mlp.evaluate(context)));

function embeddings(count: number): EmbeddingSet {
  return {
    count,
    size: SIZE,
    values: rng.normalArray(count * SIZE),
    targets: Float32Array.from({ length: count }, () => rng.integer(CLASSES)),
  };
}
