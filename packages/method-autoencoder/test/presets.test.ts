import '@paretrain/backend-wasm';
import { testManifest, testMethod } from '@paretrain/testing';
import * as tf from '@tensorflow/tfjs';
import { beforeAll } from 'vitest';
import * as exports from '../src/index.ts';

const { PRESETS, untrained } = exports;

/** The smallest augmentation that shows: every image mirrored from left to right. */
const mirrored: exports.AutoencoderOptions['augmentation'] = {
  apply(input, output, { height, width, channels }) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const from = (y * width + (width - 1 - x)) * channels;
        output.set(input.subarray(from, from + channels), (y * width + x) * channels);
      }
    }
  },
};

beforeAll(async () => {
  await tf.setBackend('wasm');
  await tf.ready();
});

testManifest(new URL('../package.json', import.meta.url), exports);
for (const preset of PRESETS) {
  const augmented = preset.name === 'SDA-AE' || preset.name === 'PL-AE';
  // One kind of target is enough: no preset looks at targets.
  testMethod(preset, {
    targets: ['position'],
    ...(augmented ? { options: { augmentation: mirrored } } : {}),
  });
}
testMethod(untrained, { targets: ['position'] });
