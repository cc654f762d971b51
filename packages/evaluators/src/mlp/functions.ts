/** What can stand between the layers of a predictor; leaky ReLU has the slope .01 below zero. */
export const ACTIVATIONS = ['leaky-relu', 'relu', 'sigmoid'] as const;
export type Activation = (typeof ACTIVATIONS)[number];

/** What a predictor's last sums become: nothing else, or shares that are positive and add up to 1. */
export const OUTPUTS = ['linear', 'softmax'] as const;
export type Output = (typeof OUTPUTS)[number];

export interface MlpFunctions {
  readonly activation: Activation;
  readonly output: Output;
}

/** Those of paper 000's predictors. */
export const LEAKY_LINEAR: MlpFunctions = { activation: 'leaky-relu', output: 'linear' };

/** As assembly/index.ts tells them apart: to it, ReLU is leaky ReLU of slope 0. */
export const ACTIVATION_CODES: Readonly<Record<Activation, number>> = {
  'leaky-relu': 0,
  relu: 0,
  sigmoid: 1,
};
export const OUTPUT_CODES: Readonly<Record<Output, number>> = { linear: 0, softmax: 1 };

/** Of leaky ReLU below zero (PROTOCOLS of papers 000-001; PyTorch's default). */
const LEAKY_SLOPE = 0.01;

/** Slope below zero of an activation that is made of two straight lines; 0 for the others, which do not look at it. */
export function slopeOf({ activation }: MlpFunctions): number {
  return activation === 'leaky-relu' ? LEAKY_SLOPE : 0;
}

/** For messages and names of streams: empty for paper 000's, so that theirs stay what they were. */
export function functionsSuffix({ activation, output }: MlpFunctions): string {
  if (activation === LEAKY_LINEAR.activation && output === LEAKY_LINEAR.output) return '';
  return `-${activation}-${output}`;
}
