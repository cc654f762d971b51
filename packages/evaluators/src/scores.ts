import {
  DataError,
  NonFiniteError,
  ShapeError,
  TARGET_UNIT,
  type DatasetDescription,
  type EmbeddingSet,
  type Split,
  type TargetDescription,
} from '@paretrain/core';

/** For `Evaluator.metrics` of everything that predicts targets. */
export const SCORE_METRICS = {
  distance: { unit: TARGET_UNIT, higherIsBetter: false },
  accuracy: { unit: 'share of images', higherIsBetter: true },
} as const;

/** Index of the largest of `count` scores from `first`; the first of equals. */
function argmax(scores: ArrayLike<number>, first: number, count: number): number {
  let best = 0;
  for (let j = 1; j < count; j++) if (scores[first + j]! > scores[first + best]!) best = j;
  return best;
}

/** Share of rows whose highest score stands at the target's index, 0 to 1. */
function accuracy(scores: ArrayLike<number>, targets: Float32Array, classes: number): number {
  let right = 0;
  for (let i = 0; i < targets.length; i++) if (argmax(scores, i * classes, classes) === targets[i]) right++;
  return right / targets.length;
}

/** Mean Euclidean distance between rows of `size` numbers, in their unit. */
function meanDistance(predictions: ArrayLike<number>, targets: Float32Array, size: number): number {
  const count = targets.length / size;
  let sum = 0;
  for (let i = 0; i < count; i++) {
    let squared = 0;
    for (let j = 0; j < size; j++) squared += (predictions[i * size + j]! - targets[i * size + j]!) ** 2;
    sum += Math.sqrt(squared);
  }
  return sum / count;
}

/**
 * The metric of a kind of target: accuracy of class scores, or distance of positions in the target's unit.
 * @param outputs count x classes, or count x names
 */
export function score(
  target: TargetDescription,
  outputs: ArrayLike<number>,
  targets: Float32Array,
): { accuracy: number } | { distance: number } {
  return target.kind === 'class'
    ? { accuracy: accuracy(outputs, targets, target.classes.length) }
    : { distance: meanDistance(outputs, targets, target.names.length) };
}

/** Mean distance when the training targets' mean is predicted, or accuracy of the most frequent class. */
export function baseline(target: TargetDescription, train: Float32Array, test: Float32Array): number {
  if (target.kind === 'class') {
    const frequencies = target.classes.map((_, k) => train.filter((value) => value === k).length);
    const most = argmax(frequencies, 0, frequencies.length);
    return test.filter((value) => value === most).length / test.length;
  }
  const size = target.names.length;
  const means = new Float64Array(size);
  for (let i = 0; i < train.length; i++) means[i % size]! += train[i]! / (train.length / size);
  return meanDistance(
    test.map((_, i) => means[i % size]!),
    test,
    size,
  );
}

/** How many numbers a probe puts out: one per class, or one per coordinate. */
export function outputSize(target: TargetDescription): number {
  return target.kind === 'class' ? target.classes.length : target.names.length;
}

/**
 * What probes regress, count x outputSize: one-hot labels, or (position - offset) / scale.
 */
export function probeTargets(target: TargetDescription, targets: Float32Array): Float32Array {
  const size = outputSize(target);
  if (target.kind === 'class') {
    const oneHot = new Float32Array(targets.length * size);
    targets.forEach((label, i) => (oneHot[i * size + label] = 1));
    return oneHot;
  }
  return targets.map((value, i) => (value - target.offset[i % size]!) / target.scale[i % size]!);
}

/** Probe outputs back in the target's unit; class scores stay as they are. */
export function fromProbe(target: TargetDescription, outputs: Float32Array): Float32Array {
  if (target.kind === 'class') return outputs;
  const size = outputSize(target);
  return outputs.map((value, i) => value * target.scale[i % size]! + target.offset[i % size]!);
}

/**
 * Checks targets before they are learned from or scored.
 * @throws {DataError} on a wrong number of them, or a label that is no class
 * @throws {NonFiniteError} on a NaN or an infinity, naming the row
 */
export function assertTargets(
  who: string,
  target: TargetDescription,
  targets: Float32Array,
  count: number,
): void {
  const size = target.kind === 'class' ? 1 : target.names.length;
  if (targets.length !== count * size) {
    throw new DataError(
      `${who}: received ${targets.length} targets for ${count} rows, valid: ${count * size}`,
    );
  }
  targets.forEach((value, i) => {
    const row = Math.floor(i / size);
    if (!Number.isFinite(value)) {
      throw new NonFiniteError(`${who}: target of row ${row} is ${value}, valid: finite numbers`);
    }
    if (
      target.kind === 'class' &&
      !(Number.isInteger(value) && value >= 0 && value < target.classes.length)
    ) {
      throw new DataError(
        `${who}: target of row ${row} is ${value}, valid: a class index from 0 to ${target.classes.length - 1}`,
      );
    }
  });
}

/**
 * Checks the embeddings of a split and their targets.
 * @throws {DataError} on an empty split
 * @throws {ShapeError} when there are not count x size numbers
 * @throws {NonFiniteError} naming the first row with a NaN or an infinity
 */
export function assertEmbeddings(
  who: string,
  { target }: DatasetDescription,
  split: Split,
  set: EmbeddingSet,
): void {
  if (set.count === 0) {
    throw new DataError(`${who}: received an empty ${split} split, valid: at least one image`);
  }
  if (set.values.length !== set.count * set.size) {
    throw new ShapeError(`${who}: ${split} embeddings`, [set.values.length], `[${set.count} x ${set.size}]`);
  }
  const at = set.values.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) {
    throw new NonFiniteError(
      `${who}: ${split} embedding of row ${Math.floor(at / set.size)} holds ${set.values[at]}, valid: finite numbers`,
    );
  }
  assertTargets(`${who}: ${split} split`, target, set.targets, set.count);
}

/**
 * Checks the embeddings a probe is trained and tested on: each as {@link assertEmbeddings} does.
 * @throws {ShapeError} when the splits' embeddings differ in size
 */
export function assertProbeData(
  who: string,
  dataset: DatasetDescription,
  train: EmbeddingSet,
  test: EmbeddingSet,
): void {
  assertEmbeddings(who, dataset, 'train', train);
  assertEmbeddings(who, dataset, 'test', test);
  if (train.size !== test.size) {
    throw new ShapeError(
      `${who}: test embeddings`,
      [test.count, test.size],
      `[${test.count}, ${train.size}]`,
    );
  }
}
