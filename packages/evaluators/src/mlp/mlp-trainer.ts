import { NonFiniteError, throwIfAborted, type Rng } from '@paretrain/core';
import { LEAKY_LINEAR, functionsSuffix, slopeOf, type MlpFunctions } from './functions.ts';
import { loadMlpKernels, type MlpKernels } from './kernels.ts';
import { Arena, NetworkMemory, padded, writeRows, type LayerParameters } from './memory-layout.ts';

/** Rows to learn from; the last `validationCount` of them validate. */
export interface MlpData {
  readonly count: number;
  readonly inputSize: number;
  readonly outputSize: number;
  /** count x inputSize. */
  readonly inputs: Float32Array;
  /** count x outputSize. */
  readonly targets: Float32Array;
  readonly validationCount: number;
}

export interface MlpSettings {
  readonly epochs: number;
  readonly batchSize: number;
  /** Epochs without a better validation loss before training stops. */
  readonly patience: number;
  readonly learningRate: number;
  /** Default: leaky ReLU and a linear output. */
  readonly functions?: MlpFunctions;
}

export interface MlpStreams {
  readonly initialisation: Rng;
  /** Asked for a permutation of the training rows before every epoch. */
  readonly dataOrder: Pick<Rng, 'permutation'>;
}

export interface MlpFit {
  readonly hidden: readonly number[];
  readonly functions: MlpFunctions;
  /** Parameters of the best epoch, layer by layer. */
  readonly parameters: readonly LayerParameters[];
  /** Epochs trained. */
  readonly epochs: number;
  /** The epoch whose parameters are kept; 0 is the initialisation. */
  readonly bestEpoch: number;
  /** Lowest validation loss (the training loss where nothing validates): mean squared error over rows and outputs. */
  readonly validationLoss: number;
  /** Training loss of every epoch, the mean over its steps. */
  readonly trainingLosses: readonly number[];
  readonly validationLosses: readonly number[];
}

export interface MlpFitOptions {
  /** Instead of random ones. */
  readonly initial?: readonly LayerParameters[];
  readonly signal?: AbortSignal | undefined;
  readonly onEpoch?: (epoch: number) => void;
}

/** PyTorch's `nn.Linear` default: weights and biases uniform in +-1 / sqrt(inputSize). */
export function initialParameters(sizes: readonly number[], rng: Rng): LayerParameters[] {
  return sizes.slice(1).map((outputSize, l) => {
    const inputSize = sizes[l]!;
    const bound = 1 / Math.sqrt(inputSize);
    return {
      inputSize,
      outputSize,
      weights: rng.uniformArray(inputSize * outputSize, -bound, bound),
      biases: rng.uniformArray(outputSize, -bound, bound),
    };
  });
}

/** Lets timers, signals and progress through, about every 50 ms. */
class Breather {
  #last = performance.now();

  async breathe(signal: AbortSignal | undefined): Promise<void> {
    throwIfAborted(signal);
    if (performance.now() - this.#last < 50) return;
    await new Promise((resolve) => setTimeout(resolve, 0));
    this.#last = performance.now();
    throwIfAborted(signal);
  }
}

/**
 * Trains multi-layer perceptrons (mean squared error, Adam) on one set of rows. The arithmetic runs in this package's own WebAssembly module, one call an epoch, because at 512 x 64 x 32 the cost of a tensor library's
 * step lies in its calls; it is independent of the tfjs backend and gives the same numbers on every machine.
 */
export class MlpTrainer {
  readonly #kernels: MlpKernels;
  readonly #arena: Arena;
  readonly #data: MlpData;
  readonly #inputs: number;
  readonly #targets: number;
  readonly #order: number;
  readonly #trainCount: number;

  private constructor(kernels: MlpKernels, data: MlpData) {
    this.#kernels = kernels;
    this.#data = data;
    this.#arena = new Arena(kernels.memory);
    this.#trainCount = data.count - data.validationCount;
    this.#inputs = this.#arena.allocate(data.count * padded(data.inputSize) * 4);
    this.#targets = this.#arena.allocate(data.count * padded(data.outputSize) * 4);
    this.#order = this.#arena.allocate(this.#trainCount * 4);
    writeRows(this.#arena, this.#inputs, data.inputs, data.inputSize, 0, data.count);
    writeRows(this.#arena, this.#targets, data.targets, data.outputSize, 0, data.count);
  }

  static async create(data: MlpData): Promise<MlpTrainer> {
    return new MlpTrainer(await loadMlpKernels(), data);
  }

  /**
   * Trains one network; what other networks this trainer has fitted does not matter.
   * @throws {NonFiniteError} when a loss is not finite, naming the network and the epoch
   */
  async fit(
    hidden: readonly number[],
    settings: MlpSettings,
    streams: MlpStreams,
    options: MlpFitOptions = {},
  ): Promise<MlpFit> {
    const sizes = [this.#data.inputSize, ...hidden, this.#data.outputSize];
    const mark = this.#arena.mark();
    try {
      const functions = settings.functions ?? LEAKY_LINEAR;
      const network = new NetworkMemory(this.#arena, sizes, settings.batchSize, functions);
      network.write(options.initial ?? initialParameters(sizes, streams.initialisation));
      return await this.#train(network, hidden, settings, streams.dataOrder, options);
    } finally {
      this.#arena.release(mark);
    }
  }

  async #train(
    network: NetworkMemory,
    hidden: readonly number[],
    settings: MlpSettings,
    dataOrder: Pick<Rng, 'permutation'>,
    options: MlpFitOptions,
  ): Promise<MlpFit> {
    const breather = new Breather();
    const stepsPerEpoch = Math.ceil(this.#trainCount / settings.batchSize);
    const trainingLosses: number[] = [];
    const validationLosses: number[] = [];
    let best = network.snapshot();
    let bestEpoch = 0;
    let bestLoss = Infinity;
    for (let epoch = 1; epoch <= settings.epochs; epoch++) {
      const order = dataOrder.permutation(this.#trainCount);
      this.#arena.integers(this.#order, order.length).set(order);
      const firstStep = (epoch - 1) * stepsPerEpoch + 1;
      const training = this.#epoch(network, settings, firstStep);
      const validation = this.#data.validationCount ? this.#validate(network, settings.batchSize) : training;
      if (!Number.isFinite(training) || !Number.isFinite(validation)) {
        throw new NonFiniteError(
          `mlp [${hidden.join(', ')}]${functionsSuffix(network.functions)}: loss at epoch ${epoch} is ${training} in training, ${validation} in validation`,
        );
      }
      trainingLosses.push(training);
      validationLosses.push(validation);
      if (validation < bestLoss) {
        bestLoss = validation;
        bestEpoch = epoch;
        best = network.snapshot();
      }
      options.onEpoch?.(epoch);
      if (epoch - bestEpoch >= settings.patience) break;
      await breather.breathe(options.signal);
    }
    if (settings.epochs === 0) bestLoss = this.#validate(network, settings.batchSize);
    network.restore(best);
    return {
      hidden,
      functions: network.functions,
      parameters: network.read('parameters'),
      epochs: trainingLosses.length,
      bestEpoch,
      validationLoss: bestLoss,
      trainingLosses,
      validationLosses,
    };
  }

  #epoch(network: NetworkMemory, { batchSize, learningRate }: MlpSettings, firstStep: number): number {
    return this.#kernels.trainEpoch(
      network.table,
      this.#inputs,
      this.#targets,
      this.#order,
      this.#trainCount,
      batchSize,
      firstStep,
      slopeOf(network.functions),
      learningRate,
      0.9,
      0.999,
      1e-8,
    );
  }

  /** Mean squared error of the validation rows, or of all where none validate. */
  #validate(network: NetworkMemory, batchSize: number): number {
    const first = this.#data.validationCount ? this.#trainCount : 0;
    return this.#kernels.evaluate(
      network.table,
      this.#inputs + first * padded(this.#data.inputSize) * 4,
      this.#targets + first * padded(this.#data.outputSize) * 4,
      0,
      this.#data.count - first,
      batchSize,
      slopeOf(network.functions),
    );
  }

  /** Loss and gradients of the training rows as one batch, for tests against other implementations. */
  gradients(
    parameters: readonly LayerParameters[],
    functions: MlpFunctions = LEAKY_LINEAR,
  ): { loss: number; gradients: LayerParameters[] } {
    const mark = this.#arena.mark();
    try {
      const sizes = [this.#data.inputSize, ...parameters.map((layer) => layer.outputSize)];
      const network = new NetworkMemory(this.#arena, sizes, this.#trainCount, functions);
      network.write(parameters);
      this.#arena
        .integers(this.#order, this.#trainCount)
        .set(Array.from({ length: this.#trainCount }, (_, i) => i));
      const settings = { epochs: 1, batchSize: this.#trainCount, patience: 1, learningRate: 0 };
      const loss = this.#epoch(network, settings, 1);
      return { loss, gradients: network.read('gradients') };
    } finally {
      this.#arena.release(mark);
    }
  }

  /**
   * Outputs of a network for other rows.
   * @param inputs count x inputSize
   * @returns count x outputSize
   */
  predict(
    parameters: readonly LayerParameters[],
    inputs: Float32Array,
    count: number,
    functions: MlpFunctions = LEAKY_LINEAR,
  ): Float32Array {
    const { inputSize, outputSize } = this.#data;
    const rows = 512;
    const width = padded(outputSize);
    const predictions = new Float32Array(count * outputSize);
    const mark = this.#arena.mark();
    try {
      const sizes = [inputSize, ...parameters.map((layer) => layer.outputSize)];
      const network = new NetworkMemory(this.#arena, sizes, rows, functions);
      const from = this.#arena.allocate(rows * padded(inputSize) * 4);
      const to = this.#arena.allocate(rows * width * 4);
      network.write(parameters);
      for (let first = 0; first < count; first += rows) {
        const n = Math.min(rows, count - first);
        writeRows(this.#arena, from, inputs, inputSize, first, n);
        this.#kernels.evaluate(network.table, from, 0, to, n, rows, slopeOf(functions));
        const outputs = this.#arena.floats(to, n * width);
        for (let i = 0; i < n; i++) {
          predictions.set(outputs.subarray(i * width, i * width + outputSize), (first + i) * outputSize);
        }
      }
      return predictions;
    } finally {
      this.#arena.release(mark);
    }
  }
}
