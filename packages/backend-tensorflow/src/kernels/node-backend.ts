import type * as tf from '@tensorflow/tfjs';

/** An attribute of one of TensorFlow's operations, as the binding takes it. */
interface OperationAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: boolean | number | string | readonly number[];
}

/** The parts of tfjs-node's backend that the kernels of this package use. */
export interface NodeBackend {
  readonly binding: {
    readonly TF_FLOAT: number;
    readonly TF_ATTR_TYPE: number;
    readonly TF_ATTR_BOOL: number;
    readonly TF_ATTR_FLOAT: number;
    readonly TF_ATTR_STRING: number;
  };
  executeMultipleOutputs(
    name: string,
    attributes: readonly OperationAttribute[],
    inputs: readonly tf.TensorInfo[],
    outputs: number,
  ): tf.Tensor[];
}

export interface OperationOptions {
  /** How many tensors it gives. Default 1. */
  readonly outputs?: number;
  /** Attributes, by what they are. */
  readonly floats?: Readonly<Record<string, number>>;
  readonly booleans?: Readonly<Record<string, boolean>>;
  readonly strings?: Readonly<Record<string, string>>;
}

/** Runs an operation of TensorFlow on float32 tensors. */
export function runOperation(
  backend: NodeBackend,
  name: string,
  inputs: readonly tf.TensorInfo[],
  { outputs = 1, floats, booleans, strings }: OperationOptions = {},
): tf.Tensor[] {
  const { TF_FLOAT, TF_ATTR_TYPE, TF_ATTR_FLOAT, TF_ATTR_BOOL, TF_ATTR_STRING } = backend.binding;
  const attributes = [
    ...named({ T: TF_FLOAT }, TF_ATTR_TYPE),
    ...named(floats, TF_ATTR_FLOAT),
    ...named(booleans, TF_ATTR_BOOL),
    ...named(strings, TF_ATTR_STRING),
  ];
  return backend.executeMultipleOutputs(name, attributes, inputs, outputs);
}

function named(
  values: Readonly<Record<string, OperationAttribute['value']>> = {},
  type: number,
): OperationAttribute[] {
  return Object.entries(values).map(([name, value]) => ({ name, type, value }));
}
