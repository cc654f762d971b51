/**
 * Milliseconds to augment a batch of 100 images of 32x32x3, as the trainer does it: each image with a random stream of its own.
 * The best of many batches and the median, and the best as a share of a training step of 500 ms: on a shared machine the best is the
 * rate, the median the weather. Usage: npx tsx bench/batch.ts
 */
import { Rng, imageSize, parseOptions, type Augmentation } from '@paretrain/core';
import { tile } from '@paretrain/transforms';
import {
  affine,
  colourJitter,
  crop,
  cutout,
  gaussianNoise,
  greyScale,
  horizontalFlip,
  policy,
  rotation,
  verticalFlip,
} from '../src/index.ts';

const IMAGES = 100;
const STEP_MS = 500;
const SMALL = { height: 32, width: 32, channels: 3 };

/** Noise of 32x32, repeated in as many rows and columns. */
function picture(tiles: number): Uint8Array {
  const rng = Rng.stream(0, 'bench');
  const one = Uint8Array.from({ length: imageSize(SMALL) }, () => rng.integer(256));
  const tiling = tile.build({ rows: tiles, columns: tiles });
  const output = new Uint8Array(imageSize(tiling.shape(SMALL)));
  tiling.apply(one, output, SMALL);
  return output;
}

function time<Options>(
  label: string,
  augmentation: Augmentation<Options>,
  options: unknown = {},
  tiles = 1,
): void {
  const shape = { height: 32 * tiles, width: 32 * tiles, channels: 3 };
  const image = picture(tiles);
  const output = new Uint8Array(IMAGES * image.length);
  const built = augmentation.build(parseOptions(augmentation, options));
  const times: number[] = [];
  const begin = performance.now();
  for (let epoch = 0; epoch < 30 || performance.now() - begin < 1000; epoch++) {
    const start = performance.now();
    for (let i = 0; i < IMAGES; i++) {
      const stream = Rng.stream(0, 'augmentation', String(epoch), String(i));
      built.apply(image, output.subarray(i * image.length, (i + 1) * image.length), shape, stream);
    }
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  const ms = (value: number) => `${value.toFixed(2).padStart(6)} ms`;
  const [best, median] = [times[0]!, times[times.length >> 1]!];
  console.log(
    `${label.padEnd(32)} best ${ms(best)}  median ${ms(median)}  ${((100 * best) / STEP_MS).toFixed(1)} % of a step`,
  );
}

time('rotation', rotation);
time('rotation, bilinear', rotation, { interpolation: 'bilinear' });
time('affine', affine);
time('affine, bilinear', affine, { interpolation: 'bilinear' });
time('crop', crop);
time('cutout', cutout);
time('colour-jitter', colourJitter);
time('gaussian-noise', gaussianNoise);
time('grey-scale', greyScale, { probability: 1 });
time('horizontal-flip', horizontalFlip, { probability: 1 });
time('vertical-flip', verticalFlip, { probability: 1 });
time('policy', policy);
time('policy, colour-jitter and noise', policy, { sequences: [['colour-jitter', 'gaussian-noise']] });
time('policy, 2x2 tiles of 64x64', policy, { tiles: { rows: 2, columns: 2 } }, 2);
