import type { Step } from '../layer-chain.ts';
import type { WeightValues } from '../model-artifacts.ts';
import { moduleName } from './module-name.ts';

/**
 * The weights of a network under the names and in the order that PyTorch's modules have.
 * @param steps of {@link channelsFirst}
 */
export function pytorchTensors(steps: readonly Step[]): Record<string, WeightValues> {
  const tensors: Record<string, WeightValues> = {};
  for (const step of steps) {
    const put = (parameter: string, values: WeightValues | null) => {
      if (values) tensors[`${moduleName(step)}.${parameter}`] = values;
    };
    if (step.kind === 'convolution' || step.kind === 'dense') {
      put('weight', step.kernel);
      put('bias', step.bias);
    } else if (step.kind === 'batch-normalisation') {
      put('weight', step.scale);
      put('bias', step.offset);
      put('running_mean', step.mean);
      put('running_var', step.variance);
    }
  }
  return tensors;
}
