import * as tf from '@tensorflow/tfjs';
import { ParetrainError, ShapeError } from '../errors.ts';

export interface VariableGradients {
  /** The loss. */
  readonly value: tf.Scalar;
  /** In the order of the variables; null where the loss does not depend on one. */
  readonly gradients: readonly (tf.Tensor | null)[];
}

/** What tfjs's engine keeps of an operation that ran while gradients are recorded. */
interface TapeNode {
  readonly kernelName: string;
  readonly inputs: Readonly<Record<string, tf.Tensor>>;
  readonly outputs: readonly tf.Tensor[];
  readonly saved: readonly tf.Tensor[];
  gradient?(dys: readonly (tf.Tensor | null)[]): Readonly<Record<string, () => tf.Tensor>>;
}

/** The parts of tfjs's engine behind `tf.variableGrads`, which its types leave out; unchanged since tfjs 1.0. */
interface TapeEngine {
  readonly state: { activeTape: TapeNode[] | null; gradientDepth: number };
  startTape(): void;
  endTape(): void;
}

/**
 * `tf.variableGrads` that gives memory back while it goes: the gradient of an activation is disposed as soon as it has been
 * passed on, and so is what the operation had saved. tfjs keeps all of them until the last gradient is there, which about
 * doubles the memory of a training step. The numbers are the same.
 *
 * @param loss run once, inside a tidy scope
 * @param variables the loss's gradients are taken in these, trainable or not
 * @throws {ShapeError} when the loss is not a scalar
 * @throws {ParetrainError} inside another gradient, or where an operation between a variable and the loss has no gradient
 */
export function variableGradients(
  loss: () => tf.Scalar,
  variables: readonly tf.Variable[],
): VariableGradients {
  const engine = tf.engine() as unknown as TapeEngine;
  if (engine.state.gradientDepth !== 0) {
    throw new ParetrainError('nested-gradient', 'variableGradients: called inside another gradient');
  }
  let value: tf.Scalar | undefined;
  try {
    value = recorded(engine, loss);
    if (value.rank !== 0) throw new ShapeError('variableGradients: loss', value.shape, 'a scalar, []');
    const found = tf.tidy(() => backward(engine.state.activeTape!, value!, variables));
    return { value, gradients: variables.map(({ name }) => found[name] ?? null) };
  } catch (error) {
    value?.dispose();
    throw error;
  } finally {
    for (const node of engine.state.activeTape ?? []) tf.dispose([...node.saved]);
    engine.state.activeTape = null;
  }
}

function recorded(engine: TapeEngine, loss: () => tf.Scalar): tf.Scalar {
  engine.startTape();
  try {
    return tf.tidy(loss);
  } finally {
    engine.endTape();
  }
}

function backward(
  tape: readonly TapeNode[],
  value: tf.Scalar,
  variables: readonly tf.Variable[],
): tf.NamedTensorMap {
  // Tensors between the variables and the loss; gradients of others, such as images, are not asked for.
  const wanted = new Set(variables.map(({ id }) => id));
  for (const { inputs, outputs } of tape) {
    if (Object.values(inputs).some(({ id }) => wanted.has(id))) for (const { id } of outputs) wanted.add(id);
  }
  const kept = new Set(variables.map(({ id }) => id));
  const gradients = new Map<number, tf.Tensor>([[value.id, tf.onesLike(value)]]);
  for (const node of tape.toReversed()) {
    const dys = node.outputs.map(({ id }) => gradients.get(id) ?? null);
    const inputs = Object.entries(node.inputs).filter(([, { id }]) => wanted.has(id));
    if (inputs.length > 0 && dys.some((dy) => dy !== null)) {
      const passed = inputGradients(node, dys, inputs);
      inputs.forEach(([, { id }], i) => accumulate(gradients, id, passed[i]!));
    }
    node.outputs.forEach(({ id }, i) => {
      if (kept.has(id)) return;
      dys[i]?.dispose();
      gradients.delete(id);
    });
    tf.dispose([...node.saved]);
  }
  return Object.fromEntries(
    variables.flatMap(({ id, name }) => {
      const gradient = gradients.get(id);
      return gradient ? [[name, gradient]] : [];
    }),
  );
}

/** Gradients of some inputs of an operation, from those of its outputs. */
function inputGradients(
  node: TapeNode,
  dys: readonly (tf.Tensor | null)[],
  inputs: readonly (readonly [name: string, input: tf.Tensor])[],
): tf.Tensor[] {
  return tf.tidy(() => {
    if (!node.gradient) {
      throw new ParetrainError('no-gradient', `operation '${node.kernelName}': tfjs has no gradient of it`);
    }
    const functions = node.gradient(dys);
    // Whoever hands back what it was given would see it disposed.
    const given = new Set([...dys, ...node.saved]);
    return inputs.map(([name, input]) => {
      const gradient = functions[name]?.();
      if (!gradient) {
        const what = `operation '${node.kernelName}': tfjs has no gradient of its input '${name}'`;
        throw new ParetrainError('no-gradient', what);
      }
      if (!tf.util.arraysEqual(gradient.shape, input.shape)) {
        const what = `operation '${node.kernelName}': gradient of input '${name}'`;
        throw new ShapeError(what, gradient.shape, `the input's [${input.shape.join(', ')}]`);
      }
      const own = !given.has(gradient);
      given.add(gradient);
      return own ? gradient : gradient.clone();
    });
  });
}

function accumulate(gradients: Map<number, tf.Tensor>, id: number, gradient: tf.Tensor): void {
  const before = gradients.get(id);
  if (!before) {
    gradients.set(id, gradient);
    return;
  }
  gradients.set(id, tf.add(before, gradient));
  tf.dispose([before, gradient]);
}
