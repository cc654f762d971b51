import { Rng } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { toTensor, type ParityCase, type ParityDirection } from './parity-case.ts';

/** How one case went in one direction. */
export interface ParityOutcome {
  /** The case's id. */
  readonly case: string;
  readonly operation: string;
  readonly direction: ParityDirection;
  readonly ok: boolean;
  /** Largest norm-relative error of any output; null where there are no numbers to compare. */
  readonly error: number | null;
  /** What went wrong; null where nothing did. */
  readonly reason: string | null;
}

/** A tensor read back. */
interface Values {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Inputs in which a case is differentiated, by position. */
export function differentiated(parity: ParityCase): readonly number[] {
  if (parity.differentiate) return parity.differentiate;
  return parity.inputs.flatMap(({ dtype }, i) => (dtype === 'float32' ? [i] : []));
}

/**
 * Computes a case on tfjs's `cpu` backend and on another one, from the same numbers, and compares; also counts tensors.
 * The current backend is the other one afterwards.
 *
 * @param backend name by which tfjs knows it
 * @param tolerance largest norm-relative error
 */
export async function runParityCase(
  parity: ParityCase,
  direction: ParityDirection,
  backend: string,
  tolerance: number,
): Promise<ParityOutcome> {
  const about = { case: parity.id, operation: parity.operation, direction };
  await tf.setBackend('cpu');
  const expected = await compute(parity, direction);
  await tf.setBackend(backend);
  try {
    const before = tf.memory().numTensors;
    const received = await compute(parity, direction);
    const left = tf.memory().numTensors - before;
    const { error, reason } = compare(received, expected, parity.scale ?? 0);
    const limit = tolerance * (parity.slack ?? 1);
    const problem =
      reason ??
      (error > limit ? `norm-relative error ${error}, at most ${limit}` : null) ??
      (left !== 0 ? `${left} tensors left behind` : null);
    return { ...about, ok: problem === null, error: reason === null ? error : null, reason: problem };
  } catch (error) {
    return { ...about, ok: false, error: null, reason: (error as Error).message.split('\n')[0]! };
  }
}

async function compute(parity: ParityCase, direction: ParityDirection): Promise<Values[]> {
  const tensors = tf.tidy(() => {
    const rng = Rng.stream(0, 'backend-parity', parity.id);
    const inputs = parity.inputs.map((input) => toTensor(input, rng));
    if (direction === 'forward') return [parity.compute(...inputs)].flat();
    const first = (...given: tf.Tensor[]): tf.Tensor => [parity.compute(...given)].flat()[0]!;
    const shape = tf.tidy(() => first(...inputs).shape);
    const dy = tf.tensor(rng.normalArray(tf.util.sizeFromShape(shape)), shape);
    const chosen = differentiated(parity);
    return tf.grads((...moved) => {
      const given = [...inputs];
      chosen.forEach((position, i) => (given[position] = moved[i]!));
      return first(...given);
    })(
      chosen.map((position) => inputs[position]!),
      dy,
    );
  });
  try {
    return await Promise.all(
      tensors.map(async (tensor) => ({ shape: tensor.shape, data: Float32Array.from(await tensor.data()) })),
    );
  } finally {
    tf.dispose(tensors);
  }
}

/**
 * The largest norm-relative error of any tensor. NaN and infinities must stand where they are expected, and are left out
 * of the norms.
 */
function compare(
  received: readonly Values[],
  expected: readonly Values[],
  scale: number,
): { readonly error: number; readonly reason: string | null } {
  if (received.length !== expected.length) {
    return { error: NaN, reason: `${received.length} outputs, expected ${expected.length}` };
  }
  let worst = 0;
  for (const [i, { shape, data }] of expected.entries()) {
    const other = received[i]!;
    if (!tf.util.arraysEqual([...shape], [...other.shape])) {
      return { error: NaN, reason: `output ${i}: shape [${other.shape.join()}], expected [${shape.join()}]` };
    }
    let difference = 0;
    let norm = 0;
    for (let j = 0; j < data.length; j++) {
      const [a, b] = [other.data[j]!, data[j]!];
      if (Number.isFinite(a) && Number.isFinite(b)) {
        difference += (a - b) ** 2;
        norm += b ** 2;
      } else if (!Object.is(a, b)) {
        return { error: NaN, reason: `output ${i}: ${a} at position ${j}, expected ${b}` };
      }
    }
    if (difference === 0) continue;
    const size = Math.max(norm, scale ** 2 * data.length);
    worst = Math.max(worst, Math.sqrt(size === 0 ? difference : difference / size));
  }
  return { error: worst, reason: null };
}
