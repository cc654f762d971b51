import type { LayerPlan } from './layer.ts';
import { moduleA, moduleB, moduleC, moduleD, moduleE } from './modules.ts';
import { normalisedConvolution } from './normalised-convolution.ts';
import { averagePool, maxPool } from './pooling.ts';

/** Images' sides in pixels that the network was trained on. */
export const INPUT_SIDE = 299;
/** Smallest side that leaves one position behind the last module. */
export const SMALLEST_SIDE = 75;

/** From the image on, under torchvision's names; `pool1` and `pool2` have none there. */
export const INCEPTION_BLOCKS: Readonly<Record<string, LayerPlan>> = {
  Conv2d_1a_3x3: first('Conv2d_1a_3x3', 32, 3, { stride: 2, padding: 'valid' }),
  Conv2d_2a_3x3: first('Conv2d_2a_3x3', 32, 3, { padding: 'valid' }),
  Conv2d_2b_3x3: first('Conv2d_2b_3x3', 64, 3),
  pool1: maxPool(2),
  Conv2d_3b_1x1: first('Conv2d_3b_1x1', 80, 1),
  Conv2d_4a_3x3: first('Conv2d_4a_3x3', 192, 3, { padding: 'valid' }),
  pool2: maxPool(2),
  Mixed_5b: moduleA('Mixed_5b', 32),
  Mixed_5c: moduleA('Mixed_5c', 64),
  Mixed_5d: moduleA('Mixed_5d', 64),
  Mixed_6a: moduleB('Mixed_6a'),
  Mixed_6b: moduleC('Mixed_6b', 128),
  Mixed_6c: moduleC('Mixed_6c', 160),
  Mixed_6d: moduleC('Mixed_6d', 160),
  Mixed_6e: moduleC('Mixed_6e', 192),
  Mixed_7a: moduleD('Mixed_7a'),
  Mixed_7b: moduleE('Mixed_7b', averagePool()),
  // As in the graph of 2015 that FID is defined by; later ones, torchvision's too, have the mean here.
  Mixed_7c: moduleE('Mixed_7c', maxPool(1)),
};

function first(
  weights: string,
  filters: number,
  side: number,
  options: { readonly stride?: number; readonly padding?: 'same' | 'valid' } = {},
): LayerPlan {
  return normalisedConvolution({ weights, filters, size: [side, side], ...options });
}
