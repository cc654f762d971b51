import * as tf from '@tensorflow/tfjs';
import { ConfigurationError, ShapeError } from '../errors.ts';
import { customGradient, hasFusedKernel, runFusedKernel } from './kernel.ts';

/** Zeros around the images: none, as many as keep the size at stride 1, or this many on every side. */
export type GroupedPadding = 'valid' | 'same' | number;

/**
 * A 2-D convolution whose channels are cut into groups that do not see each other (Krizhevsky, Sutskever and Hinton 2012; the
 * cardinality of ResNeXt, Xie et al. 2017): group g convolves channels [g C / groups, (g + 1) C / groups) of x with filters
 * [g O / groups, (g + 1) O / groups). Differentiable in both; one pass forward and one for each gradient where the backend
 * has the kernels.
 *
 * @param x [batch, height, width, C], float32, C a multiple of `groups`
 * @param filter [kernel height, kernel width, C / groups, O], float32, O a multiple of `groups`
 * @param groups an integer from 1
 * @param strides of height and width, or one for both; default 1
 * @param pad default `valid`
 * @returns [batch, out height, out width, O]
 * @throws {ConfigurationError} when `groups` is not an integer from 1
 * @throws {ShapeError} when the channels do not divide into the groups or the filter does not fit x
 */
export function groupedConv2d(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  groups: number,
  strides: [number, number] | number = 1,
  pad: GroupedPadding = 'valid',
): tf.Tensor4D {
  checkInputs(x, filter, groups);
  const steps: [number, number] = typeof strides === 'number' ? [strides, strides] : strides;
  if (groups === 1) return tf.conv2d(x, filter, steps, pad);
  return hasFusedKernel('ParetrainGroupedConv2D')
    ? fused(x, filter, groups, steps, pad)
    : composed(x, filter, groups, steps, pad);
}

function checkInputs(x: tf.Tensor4D, filter: tf.Tensor4D, groups: number): void {
  if (!Number.isInteger(groups) || groups < 1) {
    throw new ConfigurationError(`groupedConv2d: groups: received ${groups}, valid: an integer from 1`);
  }
  const channels = x.shape[3];
  if (x.rank !== 4 || channels % groups !== 0) {
    const expected = `[batch, height, width, channels], channels a multiple of the ${groups} groups`;
    throw new ShapeError('groupedConv2d: x', x.shape, expected);
  }
  if (filter.rank !== 4 || filter.shape[2] !== channels / groups || filter.shape[3] % groups !== 0) {
    throw new ShapeError(
      'groupedConv2d: filter',
      filter.shape,
      `[height, width, ${channels / groups}, filters], ${channels} channels in ${groups} groups, filters a multiple of ${groups}`,
    );
  }
}

function fused(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  groups: number,
  strides: [number, number],
  pad: GroupedPadding,
): tf.Tensor4D {
  const attributes = { groups, strides, pad, dataFormat: 'NHWC', dilations: [1, 1] };
  return customGradient([x, filter], ([x, filter], save) => {
    const [value] = runFusedKernel('ParetrainGroupedConv2D', { x: x!, filter: filter! }, attributes);
    save([x!, filter!]);
    return {
      value: value!,
      gradFunc: (dy, [x, filter]) => [
        runFusedKernel(
          'ParetrainGroupedConv2DBackpropInput',
          { dy, filter: filter! },
          { ...attributes, inputShape: x!.shape },
        )[0]!,
        runFusedKernel(
          'ParetrainGroupedConv2DBackpropFilter',
          { x: x!, dy },
          { ...attributes, filterShape: filter!.shape },
        )[0]!,
      ],
    };
  }) as tf.Tensor4D;
}

function composed(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  groups: number,
  strides: [number, number],
  pad: GroupedPadding,
): tf.Tensor4D {
  return tf.tidy(() => {
    const filters = tf.split<tf.Tensor4D>(filter, groups, 3);
    const outputs = tf
      .split<tf.Tensor4D>(x, groups, 3)
      .map((part, g) => tf.conv2d(part, filters[g]!, strides, pad));
    return tf.concat(outputs, 3);
  });
}
