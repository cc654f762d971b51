import type { Row } from './row.ts';
import { classifierSteps } from './rows/classifier-step.ts';
import { featurePredictionSteps } from './rows/feature-prediction-step.ts';
import { matrixProducts } from './rows/matrix-product.ts';
import { memory } from './rows/memory.ts';
import { perceptualSimilaritySteps } from './rows/perceptual-similarity-step.ts';
import { pixelWiseSteps } from './rows/pixel-wise-step.ts';
import { probes } from './rows/probes.ts';
import { stepRate } from './rows/step-rate.ts';
import { twoWorkers } from './rows/two-workers.ts';

/** The whole table. */
export const ROWS: readonly Row[] = [
  ...pixelWiseSteps,
  memory,
  ...perceptualSimilaritySteps,
  ...featurePredictionSteps,
  ...matrixProducts,
  stepRate,
  ...classifierSteps,
  twoWorkers,
  probes,
];
