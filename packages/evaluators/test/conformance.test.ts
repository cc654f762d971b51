import * as tf from '@tensorflow/tfjs';
import { testEvaluator, testManifest } from '@paretrain/testing';
import { beforeAll } from 'vitest';
import * as exports from '../src/index.ts';

beforeAll(() => tf.setBackend('cpu'));

testManifest(new URL('../package.json', import.meta.url), exports);
testEvaluator(exports.mlp, { options: { epochs: 5, hidden: [[], [8]] } });
testEvaluator(exports.linear);
testEvaluator(exports.linearSvm, { targets: ['class'] });
testEvaluator(exports.kMeans, { targets: ['class'], options: { restarts: 2 } });
testEvaluator(exports.tSne, { targets: ['class'], options: { iterations: 20 } });
testEvaluator(exports.prediction, { options: { batchSize: 7 } });
testEvaluator(exports.reconstruction, { options: { batchSize: 7 } });
