import * as tf from '@tensorflow/tfjs';
import { withBorder, type Stage } from './stage.ts';
import type { StagePlan, WeightReader } from './weight-reader.ts';
import { inputsSeenBy, outputLength } from './window.ts';

/**
 * Reads the weights of an architecture and makes its stages.
 * @param plans from the image on
 */
export async function buildStages(
  plans: readonly StagePlan[],
  read: WeightReader,
): Promise<readonly Stage[]> {
  const stages: Stage[] = [];
  try {
    // One after the other: no more than one tensor of a large file is in memory twice.
    for (const plan of plans) stages.push(await plan.build(read));
  } catch (error) {
    disposeStages(stages);
    throw error;
  }
  return stages;
}

export function disposeStages(stages: readonly Stage[]): void {
  for (const { weights } of stages) tf.dispose([...weights]);
}

/**
 * What every stage makes of images, in order; [batch, rows, columns, channels] each. Call inside `tf.tidy`.
 * @param images [batch, height, width, channels]; no side is smaller than the stages need
 */
export function runStages(stages: readonly Stage[], images: tf.Tensor4D): tf.Tensor4D[] {
  let x = images;
  return stages.map((stage) => (x = runStage(stage, x)));
}

function runStage(stage: Stage, x: tf.Tensor4D): tf.Tensor4D {
  const [, height, width] = x.shape;
  const rows = inputsSeenBy(stage.window, { begin: 0, end: outputLength(stage.window, height) });
  const columns = inputsSeenBy(stage.window, { begin: 0, end: outputLength(stage.window, width) });
  // What the last window leaves over needs no border; windows ignore it.
  const margins = {
    top: -rows.begin,
    bottom: Math.max(0, rows.end - height),
    left: -columns.begin,
    right: Math.max(0, columns.end - width),
  };
  return stage.apply(withBorder(x, stage.border, margins));
}

/** Sides of what comes out behind all stages; less than 1 where an image is too small. */
export function mapSide(stages: readonly Stage[], side: number): number {
  return stages.reduce((length, { window }) => (length < 1 ? length : outputLength(window, length)), side);
}

/** Smallest side that leaves one position behind every stage. */
export function smallestSide(stages: readonly Stage[]): number {
  let side = 1;
  while (mapSide(stages, side) < 1) side++;
  return side;
}
