/*
 * Makes the weights of the loss network 'paretrain':
 *   pnpm --filter @paretrain/loss-networks distil --data-dir DIR [--work-dir DIR] [--out FILE]
 * An interrupted run goes on from its last epoch when started again. Then run `embed`.
 */
import '@paretrain/backend-wasm';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Rng, RngStreams, parseOptions, train, trainingSettings, type BuiltMethod } from '@paretrain/core';
import { fileTrainingStore } from '@paretrain/core/node';
import { writeSafetensors } from '@paretrain/weights';
import * as tf from '@tensorflow/tfjs';
import { WEIGHT_SHAPES, type WeightName } from '../src/alexnet-architecture.ts';
import { getAlexnetWeights } from '../src/alexnet-features.ts';
import { scaleChannels } from './distillation/calibration.ts';
import { openData } from './distillation/data.ts';
import { distillation } from './distillation/distillation.ts';
import { explainedVariance } from './distillation/fidelity.ts';
import { channelStatistics, sampleIndices } from './distillation/statistics.ts';
import { loadTeacher, teacherFeatures } from './distillation/teacher.ts';
import { VIEW_SHAPE } from './distillation/views.ts';

const { values: flags } = parseArgs({
  options: {
    'data-dir': { type: 'string', default: process.env['PARETRAIN_DATA_DIR'] ?? 'data' },
    'work-dir': { type: 'string', default: 'node_modules/.cache/distillation' },
    out: { type: 'string', default: 'packages/loss-networks/weights/paretrain.safetensors' },
    seed: { type: 'string', default: '0' },
    /** Epochs by phase and each phase's learning rate. */
    epochs: { type: 'string', default: '2,1' },
    'learning-rates': { type: 'string', default: '1e-3,2e-4' },
    'batch-size': { type: 'string', default: '64' },
    /** Root mean square that every channel is scaled to in front of the sigmoid. */
    scale: { type: 'string', default: '1' },
    backend: { type: 'string', default: 'wasm' },
  },
});
// Relative paths count from the repository's root, wherever pnpm starts the script.
const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const path = (flag: 'data-dir' | 'work-dir' | 'out'): string => resolve(root, flags[flag]);
const numbers = (flag: 'epochs' | 'learning-rates'): number[] => flags[flag].split(',').map(Number);
const [seed, batchSize, scale] = [Number(flags.seed), Number(flags['batch-size']), Number(flags.scale)];
const workDirectory = path('work-dir');

await tf.setBackend(flags.backend);
await tf.ready();
await mkdir(workDirectory, { recursive: true });

const data = await openData(path('data-dir'), workDirectory);
const teacher = await loadTeacher(path('data-dir'));
const indices = sampleIndices(data.training, 2000, Rng.stream(seed, 'statistics'));
const statistics = await channelStatistics(data.training, indices, (images) =>
  teacherFeatures(teacher, images),
);

const streams = new RngStreams(seed);
const build = (learningRate: number): BuiltMethod =>
  distillation.build({
    options: parseOptions(distillation, { optimizer: { learningRate }, teacher, statistics }),
    dataset: { image: VIEW_SHAPE, target: { kind: 'class', classes: ['none'] } },
    latentSize: 1,
    streams,
  });

const rates = numbers('learning-rates');
const method = build(rates[0]!);
const history: unknown[] = [];
for (const [phase, epochs] of numbers('epochs').entries()) {
  const started = performance.now();
  const update = method.updates[0]!;
  const outcome = await train({
    method: {
      ...method,
      updates: [{ ...update, optimizer: { ...update.optimizer, learningRate: rates[phase]! } }],
    },
    source: data.training,
    settings: trainingSettings.parse({ epochs, batchSize, validationFraction: 0, patience: null }),
    streams: new RngStreams(seed + phase),
    store: fileTrainingStore(join(workDirectory, `phase-${phase + 1}`)),
    onStep({ epoch, step, steps, loss }) {
      if (step % 50 !== 0) return;
      const seconds = Math.round((performance.now() - started) / 1000);
      console.log(
        `phase ${phase + 1} epoch ${epoch} step ${step}/${steps}: loss ${loss.toFixed(4)}, ${seconds} s`,
      );
    },
    onEpoch: (record) => console.log(JSON.stringify(record)),
  });
  for (const { epoch, loss, seconds } of outcome.history) {
    history.push({ phase: phase + 1, learningRate: rates[phase], epoch, loss, seconds });
  }
}

const { student, head } = method.networks as { student: tf.LayersModel; head: tf.LayersModel };
const fidelity = await explainedVariance(data.heldOut, { student, head, teacher, statistics });
const output = await channelStatistics(
  data.training,
  indices,
  (images) => student.apply(images, { training: false }) as tf.Tensor4D,
);
const weights = scaleChannels(await getAlexnetWeights(student), output.rootMeanSquare, scale);
const half = (name: WeightName) =>
  ({ shape: WEIGHT_SHAPES[name], data: weights[name], dtype: 'F16' }) as const;
const names = Object.keys(WEIGHT_SHAPES) as WeightName[];
const file = writeSafetensors(Object.fromEntries(names.map((name) => [name, half(name)])), {
  format: 'pt',
  architecture: 'torchvision alexnet features 0-4',
});
await mkdir(dirname(path('out')), { recursive: true });
await writeFile(path('out'), file);
const record = {
  seed,
  batchSize,
  scale,
  images: data.training.count,
  dataChecksums: data.checksums,
  history,
  heldOut: { images: data.heldOut.count, explainedVariance: fidelity },
  deadChannels: output.rootMeanSquare.filter((value) => value < 1e-3).length,
};
await writeFile(
  path('out').replace(/\.safetensors$/, '.training.json'),
  `${JSON.stringify(record, null, 2)}\n`,
);
console.log(JSON.stringify(record.heldOut), `dead channels: ${record.deadChannels}`);
await data.training.close();
await data.heldOut.close();
