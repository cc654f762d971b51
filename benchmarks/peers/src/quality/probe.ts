import { DataError, Rng, parseOptions, type DatasetDescription } from '@paretrain/core';
import type { PluginRegistry } from '@paretrain/harness';
import type { RunResult } from '@paretrain/store';
import type { TrainedInPytorch } from './train-in-pytorch.ts';

/** The run's headline metric of other embeddings of its images: same evaluator, options and seed. */
export async function probeAs(
  run: RunResult,
  registry: PluginRegistry,
  dataset: DatasetDescription,
  embeddings: Pick<TrainedInPytorch, 'train' | 'test'>,
): Promise<number> {
  const [name = '', metric = ''] = run.settings.headline.split('.');
  const use = run.settings.evaluators.find((evaluator) => evaluator.name === name);
  const evaluator = await registry.load('evaluator', name);
  const nothing = (): never => {
    throw new DataError(`evaluator '${name}' looks at more than embeddings of train and test`);
  };
  const { metrics } = await evaluator.evaluate({
    options: parseOptions(evaluator, use?.options) as never,
    dataset,
    method: { networks: {}, constants: {}, updates: [], encode: nothing, dispose: () => undefined },
    embeddings: async (split) => (split === 'pretrain' ? nothing() : embeddings[split]),
    images: nothing,
    rng: Rng.stream(run.seed, 'evaluator', name),
  });
  return metrics[metric]!;
}
