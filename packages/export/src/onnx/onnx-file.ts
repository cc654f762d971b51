import type { ImageShape } from '@paretrain/core';
import type { Step } from '../layer-chain.ts';
import type { WeightValues } from '../model-artifacts.ts';
import { ATTRIBUTE, FLOAT, ModelProto } from './onnx-messages.ts';

/** Operators of ONNX 1.8 (2020), which every runtime of the last years knows; the file version that came with it. */
const OPSET = 13;
const FILE_VERSION = 7;

type Attribute = { readonly name: string; readonly type: number } & (
  { readonly f: number } | { readonly i: number } | { readonly ints: readonly number[] }
);

interface Operation {
  readonly opType: string;
  readonly attribute: readonly Attribute[];
  /** Weights, after the input. */
  readonly weights: Readonly<Record<string, WeightValues>>;
}

/**
 * A network as an ONNX file. Its input `images` is [batch, channels, height, width] in [0, 1], its output `embeddings` [batch, size], both
 * float32; any batch size.
 * @param steps of {@link channelsFirst}
 * @param embeddingSize of the output
 */
export function onnxFile(steps: readonly Step[], image: ImageShape, embeddingSize: number): Uint8Array {
  const initializer: object[] = [];
  let input = 'images';
  const node = steps.map((step, i) => {
    const { opType, attribute, weights } = operationOf(step);
    const output = i === steps.length - 1 ? 'embeddings' : `${step.name}.output`;
    const names = Object.keys(weights).map((parameter) => `${step.name}.${parameter}`);
    for (const [parameter, { shape, data }] of Object.entries(weights)) {
      const name = `${step.name}.${parameter}`;
      initializer.push({ name, dims: shape, dataType: FLOAT, rawData: littleEndian(data) });
    }
    const made = { name: step.name, opType, attribute, input: [input, ...names], output: [output] };
    input = output;
    return made;
  });
  const { height, width, channels } = image;
  const model = ModelProto.fromObject({
    irVersion: FILE_VERSION,
    producerName: 'paretrain',
    opsetImport: [{ domain: '', version: OPSET }],
    graph: {
      name: 'encoder',
      node,
      initializer,
      input: [valueInfo('images', [channels, height, width])],
      output: [valueInfo('embeddings', [embeddingSize])],
    },
  });
  return ModelProto.encode(model).finish();
}

function operationOf(step: Step): Operation {
  switch (step.kind) {
    case 'convolution': {
      const { top, left, bottom, right } = step.margins;
      const [, , ...size] = step.kernel.shape;
      return {
        opType: 'Conv',
        attribute: [
          ints('kernel_shape', size),
          ints('strides', step.strides),
          ints('pads', [top, left, bottom, right]),
        ],
        weights: { weight: step.kernel, ...(step.bias && { bias: step.bias }) },
      };
    }
    case 'batch-normalisation': {
      const { scale, offset, mean, variance } = step;
      return {
        opType: 'BatchNormalization',
        attribute: [{ name: 'epsilon', type: ATTRIBUTE.float, f: step.epsilon }],
        weights: { weight: scale, bias: offset, running_mean: mean, running_var: variance },
      };
    }
    case 'max-pooling':
      return {
        opType: 'MaxPool',
        attribute: [ints('kernel_shape', step.size), ints('strides', step.strides)],
        weights: {},
      };
    case 'activation': {
      const opType = { relu: 'Relu', sigmoid: 'Sigmoid', tanh: 'Tanh' }[step.activation];
      return { opType, attribute: [], weights: {} };
    }
    case 'flatten':
      return { opType: 'Flatten', attribute: [{ name: 'axis', type: ATTRIBUTE.int, i: 1 }], weights: {} };
    case 'dense':
      return {
        opType: 'Gemm',
        attribute: [{ name: 'transB', type: ATTRIBUTE.int, i: 1 }],
        weights: { weight: step.kernel, ...(step.bias && { bias: step.bias }) },
      };
  }
}

function ints(name: string, values: readonly number[]): Attribute {
  return { name, type: ATTRIBUTE.ints, ints: values };
}

/** A tensor of any number of these. */
function valueInfo(name: string, shape: readonly number[]): object {
  const dim = [{ dimParam: 'batch' }, ...shape.map((dimValue) => ({ dimValue }))];
  return { name, type: { tensorType: { elemType: FLOAT, shape: { dim } } } };
}

function littleEndian(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => view.setFloat32(4 * i, value, true));
  return bytes;
}
