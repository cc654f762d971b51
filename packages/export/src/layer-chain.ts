import { ConfigurationError } from '@paretrain/core';
import type * as tf from '@tensorflow/tfjs';
import type { WeightValues } from './model-artifacts.ts';

/** Zeros around a map. */
export interface Margins {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

type Pair = readonly [rows: number, columns: number];
export type ActivationName = 'relu' | 'sigmoid' | 'tanh';

/** One step of a network, whatever library does it; weights in tfjs's order. */
export type Step = { readonly name: string } & (
  | {
      readonly kind: 'convolution';
      /** [height, width, inputs, filters] */
      readonly kernel: WeightValues;
      readonly bias: WeightValues | null;
      readonly strides: Pair;
      readonly margins: Margins;
    }
  | {
      readonly kind: 'batch-normalisation';
      readonly scale: WeightValues;
      readonly offset: WeightValues;
      readonly mean: WeightValues;
      readonly variance: WeightValues;
      readonly epsilon: number;
    }
  | { readonly kind: 'max-pooling'; readonly size: Pair; readonly strides: Pair }
  | { readonly kind: 'activation'; readonly activation: ActivationName }
  /** A map of this shape in one row: row, column, channel. */
  | { readonly kind: 'flatten'; readonly map: readonly [height: number, width: number, channels: number] }
  | {
      readonly kind: 'dense';
      /** [inputs, units] */
      readonly kernel: WeightValues;
      readonly bias: WeightValues | null;
    }
);

const NO_MARGINS: Margins = { top: 0, bottom: 0, left: 0, right: 0 };
const LAYERS =
  'ZeroPadding2D before Conv2D, Conv2D, BatchNormalization, ReLU, Activation, MaxPooling2D, Flatten, Dense, Dropout';

/**
 * A model of one layer after the other as steps that other libraries know, in evaluation mode. Zeros around a map belong to the
 * convolution that follows.
 * @throws {ConfigurationError} for a model that branches, or a layer or option that has no counterpart here, naming it
 */
export async function layerChain(model: tf.LayersModel): Promise<readonly Step[]> {
  const steps: Step[] = [];
  let margins: Margins | null = null;
  let before = model.inputs[0];
  for (const layer of model.layers) {
    if (layer.getClassName() === 'InputLayer') continue;
    if (layer.input !== before) throw unsupported(layer, 'it does not follow the layer before it alone');
    before = layer.output as tf.SymbolicTensor;
    if (layer.getClassName() === 'ZeroPadding2D') {
      margins = sum(margins ?? NO_MARGINS, paddingOf(layer));
      continue;
    }
    const found = await stepsOf(layer, margins ?? NO_MARGINS);
    if (margins && found[0]?.kind !== 'convolution')
      throw unsupported(layer, 'padding belongs before Conv2D');
    margins = null;
    steps.push(...found);
  }
  if (margins) throw unsupported(model.layers.at(-1)!, 'padding belongs before Conv2D');
  return steps;
}

/** A layer and the activation that belongs to it. */
async function stepsOf(layer: tf.layers.Layer, margins: Margins): Promise<Step[]> {
  const { name } = layer;
  const config = layer.getConfig() as Readonly<Record<string, unknown>>;
  const kind = layer.getClassName();
  switch (kind) {
    case 'Conv2D': {
      check(layer, config, 'dataFormat', 'channelsLast');
      if (!(config['dilationRate'] as readonly number[]).every((rate) => rate === 1)) {
        throw unsupported(layer, 'dilation');
      }
      const [kernel, bias = null] = await weightsOf(layer);
      const strides = config['strides'] as Pair;
      const own = config['padding'] === 'same' ? sameMargins(layer, kernel!.shape, strides) : NO_MARGINS;
      const step: Step = {
        name,
        kind: 'convolution',
        kernel: kernel!,
        bias,
        strides,
        margins: sum(margins, own),
      };
      return [step, ...activationStep(layer, config)];
    }
    case 'Dense': {
      const [kernel, bias = null] = await weightsOf(layer);
      return [{ name, kind: 'dense', kernel: kernel!, bias }, ...activationStep(layer, config)];
    }
    case 'BatchNormalization': {
      const [scale, offset, mean, variance] = await weightsOf(layer);
      // Without scale or offset there would be fewer.
      if (!scale || !offset || !mean || !variance) throw unsupported(layer, 'no scale or no offset');
      return [
        {
          name,
          kind: 'batch-normalisation',
          scale,
          offset,
          mean,
          variance,
          epsilon: config['epsilon'] as number,
        },
      ];
    }
    case 'ReLU':
      if (config['maxValue'] !== undefined && config['maxValue'] !== null)
        throw unsupported(layer, 'maxValue');
      return [{ name, kind: 'activation', activation: 'relu' }];
    case 'Activation':
      return activationStep(layer, config, name);
    case 'MaxPooling2D':
      check(layer, config, 'padding', 'valid');
      check(layer, config, 'dataFormat', 'channelsLast');
      return [
        { name, kind: 'max-pooling', size: config['poolSize'] as Pair, strides: config['strides'] as Pair },
      ];
    case 'Flatten': {
      const [, height, width, channels] = (layer.input as tf.SymbolicTensor).shape;
      return [{ name, kind: 'flatten', map: [height ?? 1, width ?? 1, channels ?? 1] }];
    }
    case 'Dropout':
      return [];
    default:
      throw unsupported(layer, `layers of class ${kind}`);
  }
}

async function weightsOf(layer: tf.layers.Layer): Promise<WeightValues[]> {
  const values: WeightValues[] = [];
  for (const weight of layer.weights) {
    const data = (await weight.read().data()) as Float32Array;
    values.push({ shape: weight.shape as number[], data: data.slice() });
  }
  return values;
}

function activationStep(
  layer: tf.layers.Layer,
  config: Readonly<Record<string, unknown>>,
  name = `${layer.name}.activation`,
): Step[] {
  const activation = config['activation'];
  switch (activation) {
    case 'linear':
    case undefined:
    case null:
      return [];
    case 'relu':
    case 'sigmoid':
    case 'tanh':
      return [{ name, kind: 'activation', activation }];
    default:
      throw unsupported(layer, `activation ${JSON.stringify(activation)}`);
  }
}

/** TensorFlow's `same`: as many positions as strides fit into the map; an odd zero lies below and to the right. */
function sameMargins(layer: tf.layers.Layer, kernel: readonly number[], strides: Pair): Margins {
  const [, height, width] = (layer.input as tf.SymbolicTensor).shape;
  const total = (length: number | null | undefined, axis: 0 | 1): number => {
    if (!length) throw unsupported(layer, "padding 'same' of images of unknown size");
    const steps = Math.ceil(length / strides[axis]);
    return Math.max(0, (steps - 1) * strides[axis] + kernel[axis]! - length);
  };
  const [rows, columns] = [total(height, 0), total(width, 1)];
  const [top, left] = [Math.floor(rows / 2), Math.floor(columns / 2)];
  return { top, bottom: rows - top, left, right: columns - left };
}

function paddingOf(layer: tf.layers.Layer): Margins {
  const { padding } = layer.getConfig() as unknown as { padding: readonly [Pair, Pair] };
  const [[top, bottom], [left, right]] = padding;
  return { top, bottom, left, right };
}

function sum(a: Margins, b: Margins): Margins {
  return {
    top: a.top + b.top,
    bottom: a.bottom + b.bottom,
    left: a.left + b.left,
    right: a.right + b.right,
  };
}

function check(
  layer: tf.layers.Layer,
  config: Readonly<Record<string, unknown>>,
  option: string,
  valid: string,
): void {
  if (config[option] !== valid) throw unsupported(layer, `${option} ${JSON.stringify(config[option])}`);
}

function unsupported(layer: tf.layers.Layer, what: string): ConfigurationError {
  return new ConfigurationError(
    `layer '${layer.name}' cannot be written for other libraries: ${what}; valid: one after the other ${LAYERS}; ` +
      'write the format tfjs alone instead',
  );
}
