import { ConfigurationError } from '@paretrain/core';
import type { Step } from './layer-chain.ts';
import type { WeightValues } from './model-artifacts.ts';

/**
 * The same network for images [batch, channels, height, width], as PyTorch and ONNX have them: kernels become [filters, inputs, height,
 * width] and [units, inputs], and what follows a flattened map expects it in the order channel, row, column.
 * @throws {ConfigurationError} where a flattened map of several positions is itself the output, whose order would change
 */
export function channelsFirst(steps: readonly Step[]): readonly Step[] {
  let map: readonly [number, number, number] | null = null;
  const result = steps.map((step): Step => {
    if (step.kind === 'convolution') return { ...step, kernel: permuted(step.kernel, [3, 2, 0, 1]) };
    if (step.kind === 'flatten') map = step.map;
    if (step.kind !== 'dense') return step;
    const [inputs, units] = step.kernel.shape as [number, number];
    const [height, width, channels] = map ?? [1, 1, inputs];
    map = null;
    const kernel = permuted(
      { shape: [height, width, channels, units], data: step.kernel.data },
      [3, 2, 0, 1],
    );
    return { ...step, kernel: { shape: [units, inputs], data: kernel.data } };
  });
  if (map !== null && map[0] * map[1] > 1) {
    throw new ConfigurationError(
      `the output is a flattened map of ${(map as readonly number[]).join('x')}, whose order other libraries do not share; valid: a dense ` +
        'layer behind it; write the format tfjs alone instead',
    );
  }
  return result;
}

/** Values of four axes in another order of these. */
function permuted(
  { shape, data }: WeightValues,
  order: readonly [number, number, number, number],
): WeightValues {
  const strides = [0, 0, 0, 0];
  for (let axis = 3, size = 1; axis >= 0; axis--) {
    strides[axis] = size;
    size *= shape[axis]!;
  }
  const to = order.map((axis) => shape[axis]!) as [number, number, number, number];
  const step = order.map((axis) => strides[axis]!) as [number, number, number, number];
  const values = new Float32Array(data.length);
  let at = 0;
  for (let i = 0; i < to[0]; i++)
    for (let j = 0; j < to[1]; j++)
      for (let k = 0; k < to[2]; k++)
        for (let l = 0; l < to[3]; l++)
          values[at++] = data[i * step[0] + j * step[1] + k * step[2] + l * step[3]]!;
  return { shape: to, data: values };
}
