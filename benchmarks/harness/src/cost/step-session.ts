import {
  RngStreams,
  cachedConstants,
  computedConstants,
  createStepper,
  createTrainingBatch,
  disposeBatch,
  imagesToTensor,
  parseOptions,
  range,
  trainableVariables,
  yieldToEventLoop,
  type BackendAvailability,
  type LossNetwork,
} from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { Bench } from 'tinybench';
import type { PluginRegistry } from '../registry/registry.ts';
import type { CostCell } from './cell.ts';
import { countFlops } from './flops.ts';
import { syntheticSource } from './synthetic-source.ts';

/** Side of the square matrices whose product is the backend's yardstick. */
export const MATRIX_SIZE = 1024;

/** Something whose steps can be timed, a few at a time. */
export interface Session {
  readonly backend: BackendAvailability;
  /** Trained parameters; 0 for the matrix product. */
  readonly parameters: number;
  readonly targets: 'computed' | 'cached' | 'none';
  /** Floating-point operations of one step. */
  flops(): Promise<number>;
  /** Milliseconds of each of `count` steps, measured by tinybench. */
  steps(count: number): Promise<number[]>;
  /** Milliseconds to embed one image, as part of a batch; null without an encoder. */
  encodeMsPerImage(): Promise<number | null>;
}

/** A method's training steps on synthetic images, through the same code as the trainer's. */
export async function openStepSession(
  registry: PluginRegistry,
  cell: CostCell,
  folders: { readonly cacheDirectory: string; readonly dataDirectory?: string },
): Promise<Session> {
  const backend = await activate(registry, cell.backend);
  let lossNetwork: LossNetwork | undefined;
  if (cell.lossNetwork) {
    const plugin = await registry.load('loss-network', cell.lossNetwork.name);
    lossNetwork = await plugin.load({ options: cell.lossNetwork.options, ...folders });
  }
  const plugin = await registry.load('method', cell.method.name);
  const streams = new RngStreams(0);
  const method = plugin.build({
    options: cell.method.options,
    dataset: { image: cell.image, target: cell.target },
    latentSize: cell.latentSize,
    streams,
    ...(lossNetwork ? { lossNetwork } : {}),
  });
  const source = syntheticSource(cell.batchSize, cell.image, cell.target);
  const indices = range(0, cell.batchSize);
  const hasConstants = Object.keys(method.constants).length > 0;
  const constants =
    cell.targets === 'cached'
      ? await cachedConstants(method.constants, source)
      : computedConstants(method.constants);
  const stepper = createStepper(method);
  const step = async () => {
    await yieldToEventLoop();
    const batch = await source.read(indices);
    const inputs = createTrainingBatch({ method, source, constants, streams, indices, batch, epoch: 1 });
    await stepper.step(inputs);
    disposeBatch(inputs);
  };
  return {
    backend,
    parameters: Object.values(method.networks)
      .flatMap(trainableVariables)
      .reduce((sum, variable) => sum + variable.size, 0),
    targets: hasConstants ? cell.targets : 'none',
    flops: () => countFlops(step),
    steps: (count) => sample(count, step),
    async encodeMsPerImage() {
      const { encode } = method;
      if (!encode) return null;
      const { images: bytes } = await source.read(indices);
      const times = await sample(3, async () => {
        const images = imagesToTensor(bytes, cell.image);
        const embeddings = encode(images);
        await embeddings.data();
        tf.dispose([images, embeddings]);
      });
      return Math.min(...times) / cell.batchSize;
    },
  };
}

/** The backend's own matrix product: the yardstick of every method's step. */
export async function openMatrixSession(registry: PluginRegistry, backendName: string): Promise<Session> {
  const backend = await activate(registry, backendName);
  const values = (name: string) => new RngStreams(0).get(name).uniformArray(MATRIX_SIZE ** 2, -1, 1);
  const a = tf.tensor2d(values('a'), [MATRIX_SIZE, MATRIX_SIZE]);
  const b = tf.tensor2d(values('b'), [MATRIX_SIZE, MATRIX_SIZE]);
  return {
    backend,
    parameters: 0,
    targets: 'none',
    flops: async () => 2 * MATRIX_SIZE ** 3,
    steps: (count) =>
      sample(count, async () => {
        const [product, corner] = tf.tidy(() => {
          const c = tf.matMul(a, b);
          return [c, tf.slice(c, [0, 0], [1, 1])];
        });
        // Reading one value waits until a device has finished.
        await corner!.data();
        tf.dispose([product!, corner!]);
      }),
    encodeMsPerImage: async () => null,
  };
}

async function activate(registry: PluginRegistry, name: string): Promise<BackendAvailability> {
  const plugin = await registry.load('backend', name);
  return plugin.activate(parseOptions(plugin, {}));
}

async function sample(count: number, work: () => Promise<void>): Promise<number[]> {
  const bench = new Bench({ iterations: count, time: 0, warmup: false, retainSamples: true, throws: true });
  bench.add('step', work);
  const [task] = await bench.run();
  const result = task?.result;
  if (!result || !('latency' in result)) throw new Error('tinybench took no samples');
  return [...(result.latency.samples ?? [])];
}
