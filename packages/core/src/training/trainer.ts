import * as tf from '@tensorflow/tfjs';
import type { ImageSource } from '../dataset.ts';
import { DataError, NonFiniteError, throwIfAborted } from '../errors.ts';
import type { BuiltMethod, TrainingBatch } from '../method.ts';
import type { RngStreams } from '../rng.ts';
import { cutIntoBatches, readAhead, readImages } from './batches.ts';
import type { Checkpoint, EpochRecord, TrainingStore } from './checkpoint.ts';
import { cacheBytes, cachedConstants, computedConstants, range, type ConstantProvider } from './constants.ts';
import { patienceOf, type TrainingSettings } from './settings.ts';
import { createStepper, type Stepper } from './stepper.ts';
import { createTrainingBatch, disposeBatch } from './training-batch.ts';
import { assignArray, readWeights, writeWeights } from './weights.ts';
import { yieldToEventLoop } from './yield.ts';

export interface TrainOptions {
  readonly method: BuiltMethod;
  /** Images that train and, the last `validationFraction` of them, validate. */
  readonly source: ImageSource;
  readonly settings: TrainingSettings;
  readonly streams: RngStreams;
  /** Keeps checkpoints; without one, training cannot be resumed. */
  readonly store?: TrainingStore;
  readonly signal?: AbortSignal;
  readonly onStep?: (at: {
    readonly epoch: number;
    readonly step: number;
    readonly steps: number;
    readonly loss: number;
  }) => void;
  /**
   * Measures the method as it is after an epoch; what it gives becomes part of the epoch's record. Not called again for epochs that
   * a checkpoint holds.
   */
  readonly measureEpoch?: (epoch: number) => Promise<Readonly<Record<string, number>>>;
  readonly onEpoch?: (record: EpochRecord, memory: { readonly tensors: number }) => void;
  /** Share of the feature cache that is filled, 0 to 1. */
  readonly onCache?: (share: number) => void;
}

export interface TrainOutcome {
  /** Epochs trained, 0 for a method without updates. */
  readonly epochsRun: number;
  /** The epoch whose weights the method now has. */
  readonly bestEpoch: number;
  readonly history: readonly EpochRecord[];
  /** Whether the loss network's features of fixed images were cached; 'none' where the method needs none. */
  readonly targets: 'computed' | 'cached' | 'none';
  readonly seconds: {
    readonly cache: number;
    readonly train: number;
    readonly validate: number;
    /** Training and validation up to the end of the best epoch. */
    readonly toBestEpoch: number;
  };
}

/**
 * Trains a method by mini-batch gradient steps: seeded data order, the last images as validation split, the epoch with
 * the lowest validation loss kept, early stopping, and a checkpoint after every epoch from which an interrupted
 * training goes on to bitwise the same end.
 *
 * @throws {NonFiniteError} naming epoch, step, update and loss, as soon as a loss is NaN or infinite
 * @throws {DataError} on an empty source, or one too small for the validation split
 * @throws {AbortedError} when `signal` is aborted; the last checkpoint stays
 */
export async function train(options: TrainOptions): Promise<TrainOutcome> {
  const { method, source, settings, streams, store } = options;
  const nothing = { cache: 0, train: 0, validate: 0, toBestEpoch: 0 };
  if (method.updates.length === 0 || settings.epochs === 0) {
    return { epochsRun: 0, bestEpoch: 0, history: [], targets: 'none', seconds: nothing };
  }
  const split = splitForValidation(source.count, settings.validationFraction);
  const constants = await provideConstants(options);
  const stepper = createStepper(method);
  const dataOrder = streams.get('data-order');
  const patience = patienceOf(settings);

  let history: EpochRecord[] = [];
  let best: { epoch: number; weights: Record<string, Float32Array> } | null = null;
  const checkpoint = await store?.load();
  if (checkpoint) {
    history = [...checkpoint.history];
    best = restore(checkpoint, method, stepper, streams);
    await store?.saveHistory(history);
  }

  try {
    while (history.length < settings.epochs && !stopsEarly(history, patience)) {
      throwIfAborted(options.signal);
      const epoch = history.length + 1;
      const started = performance.now();
      const order = dataOrder.permutation(split.training);
      const loss = await trainEpoch(options, stepper, constants, order, epoch);
      const seconds = (performance.now() - started) / 1000;
      const validationLoss = split.validation
        ? await validate(options, constants, range(split.training, source.count), epoch)
        : null;
      const metrics = await options.measureEpoch?.(epoch);
      const record = appendRecord(history, { epoch, loss, validationLoss, seconds, metrics });
      const weights = await readWeights(method.networks, 'weights');
      if (record.best) best = { epoch, weights };
      if (store) {
        await store.save(await takeCheckpoint(history, weights, best, stepper, streams));
        await store.saveHistory(history);
      }
      options.onEpoch?.(record, { tensors: tf.memory().numTensors });
    }
    const kept = best ?? { epoch: history.length, weights: {} };
    if (best && best.epoch !== history.length) writeWeights(method.networks, best.weights, 'weights');
    return {
      epochsRun: history.length,
      bestEpoch: kept.epoch,
      history,
      targets: Object.keys(method.constants).length === 0 ? 'none' : constants.cached ? 'cached' : 'computed',
      seconds: {
        cache: constants.fillSeconds,
        train: sum(history.map((record) => record.seconds)),
        validate: sum(history.map((record) => record.validationSeconds ?? 0)),
        toBestEpoch: sum(
          history.slice(0, kept.epoch).map((record) => record.seconds + (record.validationSeconds ?? 0)),
        ),
      },
    };
  } finally {
    stepper.dispose();
  }
}

/** How many images train and how many, the last ones, validate. */
export function splitForValidation(
  count: number,
  fraction: number,
): { readonly training: number; readonly validation: number } {
  if (count === 0) throw new DataError('training: received an empty data set, valid: at least 1 image');
  const validation = fraction > 0 ? Math.max(1, Math.floor(count * fraction)) : 0;
  const training = count - validation;
  if (training < 1) {
    throw new DataError(
      `training: received ${count} image(s), which leaves none to train on after the validation split of ${fraction}`,
    );
  }
  return { training, validation };
}

async function provideConstants(options: TrainOptions): Promise<ConstantProvider> {
  const { method, source, settings } = options;
  const count = Object.keys(method.constants).length;
  const fits = cacheBytes(method.constants, source.count) <= settings.cacheBytes;
  if (count === 0 || settings.targets === 'computed' || !fits) return computedConstants(method.constants);
  return cachedConstants(method.constants, source, {
    ...(options.signal ? { signal: options.signal } : {}),
    ...(options.onCache ? { onProgress: options.onCache } : {}),
  });
}

async function trainEpoch(
  options: TrainOptions,
  stepper: Stepper,
  constants: ConstantProvider,
  order: Uint32Array,
  epoch: number,
): Promise<number> {
  const { method, source, settings, streams } = options;
  const batches = cutIntoBatches(order, settings.batchSize);
  let step = 0;
  let total = 0;
  for await (const { indices, batch } of readAhead(source, batches)) {
    await yieldToEventLoop();
    throwIfAborted(options.signal);
    step += 1;
    const inputs = createTrainingBatch({ method, source, constants, streams, indices, batch, epoch });
    const losses = await stepper.step(inputs);
    disposeBatch(inputs);
    losses.forEach((loss, i) => {
      if (Number.isFinite(loss)) return;
      const update = method.updates[i]!.name;
      throw new NonFiniteError(
        `epoch ${epoch}, step ${step} of ${batches.length}: the loss of update '${update}' is ${loss}; ` +
          'lower the learning rate or look at the data',
      );
    });
    const loss = sum(losses);
    total += loss * indices.length;
    options.onStep?.({ epoch, step, steps: batches.length, loss });
  }
  return total / order.length;
}

async function validate(
  options: TrainOptions,
  constants: ConstantProvider,
  indices: Uint32Array,
  epoch: number,
): Promise<{ readonly loss: number; readonly seconds: number }> {
  const { method, source, settings, streams } = options;
  const started = performance.now();
  let total = 0;
  for (const some of cutIntoBatches(indices, settings.batchSize)) {
    await yieldToEventLoop();
    throwIfAborted(options.signal);
    const { images, targets } = await readImages(source, some);
    const batch: TrainingBatch = {
      images,
      augmented: images,
      targets,
      constants: constants.get(images, some),
      rng: streams.get('validation-noise'),
      training: false,
    };
    const value = tf.tidy(() =>
      method.validationLoss
        ? method.validationLoss(batch)
        : tf.addN(method.updates.map((update) => update.loss(batch))),
    );
    const loss = (await value.data())[0]!;
    value.dispose();
    disposeBatch(batch);
    if (!Number.isFinite(loss)) {
      throw new NonFiniteError(`epoch ${epoch}: the validation loss is ${loss}`);
    }
    total += loss * some.length;
  }
  return { loss: total / indices.length, seconds: (performance.now() - started) / 1000 };
}

function appendRecord(
  history: EpochRecord[],
  epoch: {
    readonly epoch: number;
    readonly loss: number;
    readonly validationLoss: { readonly loss: number; readonly seconds: number } | null;
    readonly seconds: number;
    readonly metrics: EpochRecord['metrics'];
  },
): EpochRecord {
  const { validationLoss, metrics } = epoch;
  const lowest = Math.min(Infinity, ...history.map((record) => record.validationLoss ?? Infinity));
  const record: EpochRecord = {
    epoch: epoch.epoch,
    loss: epoch.loss,
    validationLoss: validationLoss?.loss ?? null,
    seconds: epoch.seconds,
    validationSeconds: validationLoss?.seconds ?? null,
    best: validationLoss !== null && validationLoss.loss < lowest,
    ...(metrics ? { metrics } : {}),
  };
  history.push(record);
  return record;
}

/** The number of the best epoch so far, or of the last one where nothing validates. */
function bestEpochOf(history: readonly EpochRecord[]): number {
  return history.findLast((record) => record.best)?.epoch ?? history.length;
}

function stopsEarly(history: readonly EpochRecord[], patience: number): boolean {
  return history.length - bestEpochOf(history) >= patience;
}

async function takeCheckpoint(
  history: readonly EpochRecord[],
  weights: Record<string, Float32Array>,
  best: { readonly epoch: number; readonly weights: Record<string, Float32Array> } | null,
  stepper: Stepper,
  streams: RngStreams,
): Promise<Checkpoint> {
  const arrays: Record<string, Float32Array> = { ...weights };
  if (best && best.epoch !== history.length) {
    for (const [key, values] of Object.entries(best.weights)) {
      arrays[key.replace(/^weights/, 'best')] = values;
    }
  }
  for (const [i, optimizer] of stepper.optimizers.entries()) {
    for (const [j, slot] of optimizer.slots.entries()) {
      arrays[`slots/${i}/${j}`] = (await slot.data()) as Float32Array;
    }
  }
  return {
    epoch: history.length,
    history: [...history],
    streams: streams.states(),
    optimizerSteps: stepper.optimizers.map((optimizer) => optimizer.steps),
    arrays,
  };
}

function restore(
  checkpoint: Checkpoint,
  method: BuiltMethod,
  stepper: Stepper,
  streams: RngStreams,
): { epoch: number; weights: Record<string, Float32Array> } | null {
  const { arrays, history } = checkpoint;
  writeWeights(method.networks, arrays, 'weights');
  stepper.optimizers.forEach((optimizer, i) => {
    optimizer.restoreSteps(checkpoint.optimizerSteps[i] ?? 0);
    optimizer.slots.forEach((slot, j) => assignArray(slot, arrays, `slots/${i}/${j}`));
  });
  streams.restore(checkpoint.streams);
  if (!history.some((record) => record.best)) return null;
  const epoch = bestEpochOf(history);
  const prefix = epoch === checkpoint.epoch ? 'weights/' : 'best/';
  const kept = Object.entries(arrays).filter(([key]) => key.startsWith(prefix));
  return {
    epoch,
    weights: Object.fromEntries(kept.map(([key, values]) => [`weights/${key.slice(prefix.length)}`, values])),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
