import * as tf from '@tensorflow/tfjs';
import { registerTensorflowKernel, type KernelCall } from './register-kernel.ts';

/*
 * What tfjs-node's convolutions lack. All tensors are [batch, height, width, channels].
 *
 *   padding by a number p     forward    as explicit padding, which TensorFlow has
 *                             gradients  of the image padded by p, without padding; the rim of the image's is cut off
 *   empty batches             forward    an empty output; TensorFlow gives one of the image's shape
 */

type Padding = 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;

interface Attributes {
  readonly strides: number | [number, number];
  readonly dilations?: number | [number, number];
  readonly pad: Padding;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
  readonly dataFormat?: 'NHWC' | 'NCHW';
}

interface InputGradientAttributes extends Attributes {
  readonly inputShape: [number, number, number, number];
}

interface ForwardInputs {
  readonly x: tf.Tensor4D;
  readonly filter: tf.Tensor4D;
}

interface FilterGradientInputs {
  readonly x: tf.Tensor4D;
  readonly dy: tf.Tensor4D;
}

interface InputGradientInputs {
  readonly dy: tf.Tensor4D;
  readonly filter: tf.Tensor4D;
}

export function registerConvolution(): void {
  for (const name of ['Conv2D', 'FusedConv2D']) registerTensorflowKernel(name, forward);
  registerTensorflowKernel('Conv2DBackpropFilter', filterGradient);
  registerTensorflowKernel('Conv2DBackpropInput', inputGradient);
}

function forward({ inputs, attrs, stock }: KernelCall<ForwardInputs, Attributes>): tf.Tensor {
  const { x, filter } = inputs;
  if (x.size === 0) return tf.zeros(outputShape(x, filter, attrs));
  if (!isNumeric(attrs)) return stock();
  const { pad } = attrs;
  return stock(inputs, { ...attrs, pad: [[0, 0], [pad, pad], [pad, pad], [0, 0]] }); // prettier-ignore
}

function filterGradient({ inputs, attrs, stock }: KernelCall<FilterGradientInputs, Attributes>): tf.Tensor {
  if (!isNumeric(attrs)) return stock();
  const { pad } = attrs;
  const x = tf.pad(inputs.x, [[0, 0], [pad, pad], [pad, pad], [0, 0]]); // prettier-ignore
  const gradient = stock({ ...inputs, x }, { ...attrs, pad: 'valid' });
  x.dispose();
  return gradient;
}

function inputGradient({
  inputs,
  attrs,
  stock,
}: KernelCall<InputGradientInputs, InputGradientAttributes>): tf.Tensor {
  if (!isNumeric(attrs)) return stock();
  const { pad, inputShape } = attrs;
  const [batch, height, width, channels] = inputShape;
  const whole = stock(inputs, {
    ...attrs,
    pad: 'valid',
    inputShape: [batch, height + 2 * pad, width + 2 * pad, channels],
  } as InputGradientAttributes);
  const gradient = tf.slice(whole, [0, pad, pad, 0], inputShape);
  whole.dispose();
  return gradient;
}

/** Number padding in the only layout that this project has; tfjs-node refuses the rest with a message of its own. */
function isNumeric<T extends Attributes>(attrs: T): attrs is T & { readonly pad: number } {
  return typeof attrs.pad === 'number' && (attrs.dataFormat ?? 'NHWC') === 'NHWC';
}

function outputShape(x: tf.Tensor4D, filter: tf.Tensor4D, attrs: Attributes): number[] {
  const { strides, dilations = 1, pad, dimRoundingMode, dataFormat = 'NHWC' } = attrs;
  const { outShape } = tf.backend_util.computeConv2DInfo(
    x.shape,
    filter.shape,
    strides,
    dilations,
    pad,
    dimRoundingMode,
    false,
    tf.backend_util.convertConv2DDataFormat(dataFormat),
  );
  return outShape;
}
