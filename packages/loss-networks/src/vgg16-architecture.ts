import { normaliseAsTorchvision } from './imagenet.ts';
import type { StagedArchitecture } from './load-staged-network.ts';
import { convolution } from './stages/convolution.ts';
import { maxPool } from './stages/max-pool.ts';
import type { StagePlan } from './stages/weight-reader.ts';

/** Filters of the convolutions of each block; a pooling lies between blocks. */
const BLOCKS = [
  [64, 64],
  [128, 128],
  [256, 256, 256],
  [512, 512, 512],
  [512, 512, 512],
] as const;

/** Torchvision's VGG-16 (Simonyan and Zisserman 2015, D) through its last convolution, `relu1_1` to `relu5_3`; a trunk of LPIPS. */
export const vgg16Architecture: StagedArchitecture = {
  name: 'vgg16',
  files: ['weights/vgg16-397923af.pth'],
  fetched: false,
  normalise: normaliseAsTorchvision,
  stages: planStages(),
};

function planStages(): readonly StagePlan[] {
  const plans: StagePlan[] = [];
  let inputs = 3;
  // Torchvision counts convolutions, ReLUs and poolings in one row.
  let index = 0;
  BLOCKS.forEach((block, i) => {
    if (i > 0) {
      plans.push(maxPool(`pool${i}`, inputs, 2, 2));
      index++;
    }
    block.forEach((filters, j) => {
      const [name, weights] = [`relu${i + 1}_${j + 1}`, `features.${index}`];
      plans.push(convolution({ name, weights, inputs, filters, size: 3, padding: 1 }));
      inputs = filters;
      index += 2;
    });
  });
  return plans;
}
