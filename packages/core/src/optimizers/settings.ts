import { z } from 'zod';

/** Adam (Kingma and Ba 2015) with PyTorch's defaults; tfjs's own default epsilon is 1e-7. */
export const adamSettings = z.strictObject({
  name: z.literal('adam').default('adam'),
  learningRate: z.number().positive().default(1e-3),
  beta1: z.number().min(0).lt(1).default(0.9),
  beta2: z.number().min(0).lt(1).default(0.999),
  epsilon: z.number().positive().default(1e-8),
});

/** Stochastic gradient descent with momentum and L2 weight decay, as PyTorch's `SGD`. */
export const sgdSettings = z.strictObject({
  name: z.literal('sgd'),
  learningRate: z.number().positive().default(0.1),
  momentum: z.number().min(0).lt(1).default(0),
  weightDecay: z.number().min(0).default(0),
});

export const optimizerSettings = z.union([adamSettings, sgdSettings]);
export type AdamSettings = z.infer<typeof adamSettings>;
export type SgdSettings = z.infer<typeof sgdSettings>;
export type OptimizerSettings = z.infer<typeof optimizerSettings>;
