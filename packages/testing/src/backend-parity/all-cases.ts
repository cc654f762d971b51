import { convolutionCases } from './convolution-cases.ts';
import { edgeCases } from './edge-cases.ts';
import { elementwiseCases } from './elementwise-cases.ts';
import { fusedCases } from './fused-cases.ts';
import { layerCases } from './layer-cases.ts';
import { matrixCases } from './matrix-cases.ts';
import { normalizationCases } from './normalization-cases.ts';
import type { ParityCase } from './parity-case.ts';
import { poolingCases } from './pooling-cases.ts';
import { reductionCases } from './reduction-cases.ts';
import { shapeCases } from './shape-cases.ts';
import { trainingCases } from './training-cases.ts';

/** Every case of the parity suite but the presets, by topic. */
export const PARITY_CASES: Readonly<Record<string, readonly ParityCase[]>> = {
  'element by element': elementwiseCases,
  'matrix products': matrixCases,
  convolutions: convolutionCases,
  pooling: poolingCases,
  normalisation: normalizationCases,
  layers: layerCases,
  reductions: reductionCases,
  'moving values': shapeCases,
  'fused operations and optimisers': fusedCases,
  'edge cases': edgeCases,
  'training steps': trainingCases,
};
