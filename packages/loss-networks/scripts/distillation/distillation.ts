import {
  adamSettings,
  defineMethod,
  meanSquaredError,
  type BuiltMethod,
  type MethodContext,
} from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { alexnetFeatures, randomAlexnetWeights } from '../../src/index.ts';
import { flipAndBrightness } from './flip-and-brightness.ts';
import { normalizingFactors, type ChannelStatistics } from './statistics.ts';
import { teacherFeatures, type Teacher } from './teacher.ts';

const options = z.strictObject({
  optimizer: adamSettings.prefault({}),
  teacher: z.custom<Teacher>((value) => typeof value === 'object' && value !== null),
  statistics: z.custom<ChannelStatistics>((value) => typeof value === 'object' && value !== null),
});
export type DistillationOptions = z.infer<typeof options>;

/**
 * Feature regression (Romero et al., FitNets, 2015): the student's features go through a 1x1 convolution, thrown away
 * afterwards, and are to give the teacher's activations, each channel of which is normalised to mean 0 and deviation 1.
 * The loss is the mean square error, so 1 minus it is the share of the teacher's variance that is explained.
 */
export const distillation = defineMethod<DistillationOptions>({
  name: 'distillation',
  version: '1.0.0',
  description: "Regresses CaffeNet's second layer from AlexNet's, without labels",
  source: 'Romero et al., FitNets: Hints for Thin Deep Nets, ICLR 2015',
  options,
  trainsOn: 'pretrain',
  needsLossNetwork: () => false,
  build: buildDistillation,
});

/** Networks `student` (without the sigmoid) and `head`. */
function buildDistillation({ options, streams }: MethodContext<DistillationOptions>): BuiltMethod {
  const weights = randomAlexnetWeights(streams.get('initialisation/student'));
  const student = alexnetFeatures({ weights, sigmoid: false, trainable: true });
  const head = regressionHead(streams.get('initialisation/head').uniformArray(192 * 256, -1, 1));
  const mean = tf.tensor1d(options.statistics.mean);
  const factor = tf.tensor1d(normalizingFactors(options.statistics.deviation));
  return {
    networks: { student, head },
    constants: {},
    augmentation: flipAndBrightness.build(flipAndBrightness.options.parse({})),
    updates: [
      {
        name: 'distillation',
        networks: ['student', 'head'],
        optimizer: options.optimizer,
        loss: ({ augmented }) => {
          const target = tf.tidy(() =>
            tf.mul(tf.sub(teacherFeatures(options.teacher, augmented), mean), factor),
          );
          const features = student.apply(augmented, { training: true }) as tf.Tensor4D;
          return meanSquaredError(head.apply(features, { training: true }) as tf.Tensor4D, target);
        },
      },
    ],
    dispose() {
      student.dispose();
      head.dispose();
      tf.dispose([mean, factor]);
    },
  };
}

/** A 1x1 convolution from 192 to 256 channels; weights uniform in [-1, 1] / sqrt(192), biases zero. */
function regressionHead(uniform: Float32Array): tf.LayersModel {
  const input = tf.input({ shape: [null, null, 192], name: 'features' });
  const layer = tf.layers.conv2d({ name: 'head', filters: 256, kernelSize: 1, kernelInitializer: 'zeros' });
  const model = tf.model({ name: 'head', inputs: input, outputs: layer.apply(input) as tf.SymbolicTensor });
  tf.tidy(() => {
    const kernel = tf.div(tf.tensor4d(uniform, [1, 1, 192, 256]), Math.sqrt(192));
    layer.setWeights([kernel, tf.zeros([256])]);
  });
  return model;
}
