import * as tf from '@tensorflow/tfjs';
import { caffenetArchitecture } from '../../src/caffenet.ts';
import { readStages } from '../../src/load-staged-network.ts';
import { disposeStages, runStages } from '../../src/stages/stage-network.ts';
import type { Stage } from '../../src/stages/stage.ts';

/** What the student imitates: CaffeNet's two layers, with responses normalised between them. */
export interface Teacher {
  /** From the first convolution on: `relu1`, `pool1`, `norm1`, `relu2`. */
  readonly stages: readonly Stage[];
  dispose(): void;
}

/** @throws {DataError} where its weights are missing or damaged */
export async function loadTeacher(dataDirectory: string): Promise<Teacher> {
  const plans = caffenetArchitecture.stages;
  return teacherOf((await readStages(caffenetArchitecture, plans, { options: {}, dataDirectory })).stages);
}

export function teacherOf(stages: readonly Stage[]): Teacher {
  return { stages, dispose: () => disposeStages(stages) };
}

/** Pixels around the teacher's images, which put its positions on those of AlexNet: 7x7 of 64x64 pixels. */
const PADDING = 2;

/**
 * What is imitated: the second layer behind its ReLU, on the grid of AlexNet's. With a padding of 2 in the mean colour, position
 * (row, column) is centred on the same pixel.
 * @param images [batch, height, width, 3], pixels in [0, 1]
 * @returns [batch, rows, columns, 256]
 */
export function teacherFeatures({ stages }: Teacher, images: tf.Tensor4D): tf.Tensor4D {
  return tf.tidy(() => {
    const sides: [number, number] = [PADDING, PADDING];
    const padded = tf.pad(caffenetArchitecture.normalise(images), [[0, 0], sides, sides, [0, 0]]);
    return runStages(stages, padded).at(-1)!;
  });
}
