import * as tf from '@tensorflow/tfjs';
import { Matrix, inverse } from 'ml-matrix';
import { CONV1, CONV2 } from '../../src/alexnet-architecture.ts';
import type { AlexnetWeights } from '../../src/index.ts';
import { caffenetArchitecture } from '../../src/caffenet.ts';
import { chooseChannels } from './choose-channels.ts';
import type { Moments } from './moments.ts';
import type { Teacher } from './teacher.ts';

/** What a distillation begins with. */
export interface Start {
  readonly student: AlexnetWeights;
  /** From the student's 192 channels to the teacher's 256: [192, 256] and [256]. */
  readonly head: { readonly kernel: Float32Array; readonly bias: Float32Array };
}

/** Added to the diagonal of what is inverted, as a share of its mean. */
const RIDGE = 1e-4;

/**
 * A student made of a part of the teacher's own filters: those of each layer that tell most about all. What the others
 * contributed is given to these by least squares, and so is the teacher's normalisation of responses, which the student lacks.
 * Each channel is scaled to a root mean square of 1.
 * @param factors by which the teacher's channels are multiplied where they are imitated, 256
 */
export async function inheritFilters(
  teacher: Teacher,
  moments: Moments,
  factors: Float32Array,
): Promise<Start> {
  const [conv1, , , conv2] = teacher.stages;
  const [kernel1, bias1] = await valuesOf(conv1!.weights);
  const [kernel2, bias2] = await valuesOf(conv2!.weights);
  const [channels1, channels2] = [conv1!.channels, conv2!.channels];

  // First layer: chosen filters, fed with pixels in [0, 1].
  const first = chooseChannels(moments.norm1, range(channels1), CONV1.filters);
  const size1 = first.map((channel) => Math.sqrt(moments.pool1.get(channel, channel)));
  const pixels = await pixelMap();
  const patch = CONV1.kernel ** 2;
  const weight1 = new Float32Array(CONV1.filters * 3 * patch);
  const offset1 = new Float32Array(CONV1.filters);
  for (const [i, filter] of first.entries()) {
    offset1[i] = bias1![filter]! / size1[i]!;
    for (let color = 0; color < 3; color++) {
      for (let at = 0; at < patch; at++) {
        const value = kernel1![(at * 3 + color) * channels1 + filter]! / size1[i]!;
        weight1[(i * 3 + color) * patch + at] = value * pixels.factor[color]!;
        offset1[i]! += value * pixels.offset[color]!;
      }
    }
  }

  // What the student's first layer has to be multiplied by to stand for all of the teacher's normalised channels.
  const own = moments.pool1.selection(first, first);
  const mixed = regress(own, moments.pool1ByNorm1.selection(first, range(channels1)));

  // Second layer: a group of chosen filters sees a group of the teacher's channels.
  const centred = covariance(moments.relu2, moments.relu2Mean);
  const scaled = centred.clone().mulColumnVector(Array.from(factors)).mulRowVector(Array.from(factors));
  const second = chooseChannels(
    scaled,
    range(channels2).filter((channel) => factors[channel]! > 0),
    CONV2.filters,
  );
  const size2 = second.map((channel) => Math.sqrt(moments.relu2.get(channel, channel)));
  const perGroup = kernel2!.length / (CONV2.kernel ** 2 * channels2);
  const weight2 = new Float32Array(CONV2.filters * CONV1.filters * CONV2.kernel ** 2);
  for (const [k, filter] of second.entries()) {
    const group = Math.floor(filter / (channels2 / (channels1 / perGroup)));
    for (let at = 0; at < CONV2.kernel ** 2; at++) {
      for (let i = 0; i < CONV1.filters; i++) {
        let sum = 0;
        for (let j = 0; j < perGroup; j++) {
          sum += kernel2![(at * perGroup + j) * channels2 + filter]! * mixed.get(i, group * perGroup + j);
        }
        weight2[(k * CONV1.filters + i) * CONV2.kernel ** 2 + at] = (sum * size1[i]!) / size2[k]!;
      }
    }
  }

  // Head: every channel of the teacher from the chosen ones.
  const readout = regress(centred.selection(second, second), centred.selection(second, range(channels2)));
  const head = new Float32Array(CONV2.filters * channels2);
  const headBias = new Float32Array(channels2);
  for (const [k, filter] of second.entries()) {
    for (let j = 0; j < channels2; j++) {
      const value = readout.get(k, j) * factors[j]!;
      head[k * channels2 + j] = value * size2[k]!;
      headBias[j]! -= value * moments.relu2Mean.get(0, filter);
    }
  }
  return {
    student: {
      'features.0.weight': weight1,
      'features.0.bias': offset1,
      'features.3.weight': weight2,
      'features.3.bias': Float32Array.from(second, (filter, k) => bias2![filter]! / size2[k]!),
    },
    head: { kernel: head, bias: headBias },
  };
}

async function valuesOf(tensors: readonly tf.Tensor[]): Promise<Float32Array[]> {
  return Promise.all(tensors.map(async (tensor) => (await tensor.data()) as Float32Array));
}

/** The teacher's normalisation of a pixel, by colour: factor x + offset. */
async function pixelMap(): Promise<{ readonly factor: Float32Array; readonly offset: Float32Array }> {
  const [factor, offset] = tf.tidy(() => {
    const colors = (value: number) =>
      caffenetArchitecture.normalise(tf.fill([1, 1, 1, 3], value) as tf.Tensor4D);
    const black = colors(0);
    return [tf.sub(colors(1), black), black];
  });
  const values = await valuesOf([factor!, offset!]);
  tf.dispose([factor, offset]);
  return { factor: values[0]!, offset: values[1]! };
}

/** The factors of least squares: (own + ridge)^-1 cross. */
function regress(own: Matrix, cross: Matrix): Matrix {
  const ridge = (RIDGE * own.trace()) / own.rows;
  return inverse(Matrix.add(own, Matrix.eye(own.rows).mul(ridge))).mmul(cross);
}

function covariance(moments: Matrix, mean: Matrix): Matrix {
  return Matrix.sub(moments, mean.transpose().mmul(mean));
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
