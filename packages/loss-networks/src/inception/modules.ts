import { branches, chain, type LayerPlan } from './layer.ts';
import { normalisedConvolution } from './normalised-convolution.ts';
import { averagePool, maxPool } from './pooling.ts';

/*
 * The modules of Inception-v3 (Szegedy et al. 2016, "Rethinking the Inception Architecture for Computer Vision", figures 5 to 7 and 10);
 * the names of the weights are torchvision's. Convolutions are given as filters, height and width.
 */

type Size = readonly [filters: number, height: number, width: number];

/** Convolutions in a row, each under its own name below the module's. */
function convolutions(module: string, sizes: Readonly<Record<string, Size>>): LayerPlan {
  return chain(
    ...Object.entries(sizes).map(([name, [filters, height, width]]) =>
      normalisedConvolution({ weights: `${module}.${name}`, filters, size: [height, width] }),
    ),
  );
}

/** Without padding, every second position. */
function halving(module: string, name: string, filters: number): LayerPlan {
  return normalisedConvolution({
    weights: `${module}.${name}`,
    filters,
    size: [3, 3],
    stride: 2,
    padding: 'valid',
  });
}

/** Figure 5: windows of 1, 5 and twice 3 positions, and the mean of 3x3. */
export function moduleA(module: string, pooled: number): LayerPlan {
  return branches(
    convolutions(module, { branch1x1: [64, 1, 1] }),
    convolutions(module, { branch5x5_1: [48, 1, 1], branch5x5_2: [64, 5, 5] }),
    convolutions(module, {
      branch3x3dbl_1: [64, 1, 1],
      branch3x3dbl_2: [96, 3, 3],
      branch3x3dbl_3: [96, 3, 3],
    }),
    chain(averagePool(), convolutions(module, { branch_pool: [pooled, 1, 1] })),
  );
}

/** Figure 10: half as many positions a side. */
export function moduleB(module: string): LayerPlan {
  return branches(
    halving(module, 'branch3x3', 384),
    chain(
      convolutions(module, { branch3x3dbl_1: [64, 1, 1], branch3x3dbl_2: [96, 3, 3] }),
      halving(module, 'branch3x3dbl_3', 96),
    ),
    maxPool(2),
  );
}

/** Figure 6: windows of 7x7 as rows and columns. */
export function moduleC(module: string, filters: number): LayerPlan {
  return branches(
    convolutions(module, { branch1x1: [192, 1, 1] }),
    convolutions(module, {
      branch7x7_1: [filters, 1, 1],
      branch7x7_2: [filters, 1, 7],
      branch7x7_3: [192, 7, 1],
    }),
    convolutions(module, {
      branch7x7dbl_1: [filters, 1, 1],
      branch7x7dbl_2: [filters, 7, 1],
      branch7x7dbl_3: [filters, 1, 7],
      branch7x7dbl_4: [filters, 7, 1],
      branch7x7dbl_5: [192, 1, 7],
    }),
    chain(averagePool(), convolutions(module, { branch_pool: [192, 1, 1] })),
  );
}

/** Half as many positions a side again. */
export function moduleD(module: string): LayerPlan {
  return branches(
    chain(convolutions(module, { branch3x3_1: [192, 1, 1] }), halving(module, 'branch3x3_2', 320)),
    chain(
      convolutions(module, {
        branch7x7x3_1: [192, 1, 1],
        branch7x7x3_2: [192, 1, 7],
        branch7x7x3_3: [192, 7, 1],
      }),
      halving(module, 'branch7x7x3_4', 192),
    ),
    maxPool(2),
  );
}

/**
 * Figure 7: rows and columns side by side.
 * @param pool in front of the last branch; the network for the Frechet distance has the maximum in the last module
 */
export function moduleE(module: string, pool: LayerPlan): LayerPlan {
  return branches(
    convolutions(module, { branch1x1: [320, 1, 1] }),
    chain(
      convolutions(module, { branch3x3_1: [384, 1, 1] }),
      branches(
        convolutions(module, { branch3x3_2a: [384, 1, 3] }),
        convolutions(module, { branch3x3_2b: [384, 3, 1] }),
      ),
    ),
    chain(
      convolutions(module, { branch3x3dbl_1: [448, 1, 1], branch3x3dbl_2: [384, 3, 3] }),
      branches(
        convolutions(module, { branch3x3dbl_3a: [384, 1, 3] }),
        convolutions(module, { branch3x3dbl_3b: [384, 3, 1] }),
      ),
    ),
    chain(pool, convolutions(module, { branch_pool: [192, 1, 1] })),
  );
}
