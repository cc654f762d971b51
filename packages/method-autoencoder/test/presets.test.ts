import '@paretrain/backend-wasm';
import { testManifest, testMethod } from '@paretrain/testing';
import * as tf from '@tensorflow/tfjs';
import { beforeAll } from 'vitest';
import * as exports from '../src/index.ts';

const { PRESETS, pca, untrained } = exports;

beforeAll(async () => {
  await tf.setBackend('wasm');
  await tf.ready();
});

testManifest(new URL('../package.json', import.meta.url), exports);
for (const preset of PRESETS) {
  // One kind of target is enough: no preset looks at targets.
  testMethod(preset, { targets: ['position'] });
}
testMethod(untrained, { targets: ['position'] });
testMethod(pca, { targets: ['position'] });
