import { z } from 'zod';

/** Version of the files below; readers refuse any other. */
export const SCHEMA_VERSION = 1;

const finite = z.number().finite();
const counts = z.record(z.string(), z.number().int().min(0));

/** A plugin as it was used: its version and every option, defaults filled in. */
export const pluginUse = z.object({
  name: z.string(),
  version: z.string(),
  options: z.record(z.string(), z.unknown()),
});

/**
 * A data set as it was used. Transforms and subset are left out where there are none, so that runs from before there were any keep
 * their ids.
 */
export const datasetUse = pluginUse.extend({
  transforms: z.array(pluginUse).optional(),
  /** The part of it that was used. */
  subset: z
    .object({
      size: z.number().positive(),
      seed: z.number().int().min(0),
      splits: z.array(z.string()),
      orFewer: z.literal(true).optional(),
    })
    .optional(),
});

/** What a loss network learned from, so that nothing is judged on labels it has seen. */
export const lossNetworkUse = pluginUse.extend({
  weightsChecksum: z.string(),
  trainedOn: z.array(z.object({ dataset: z.string(), split: z.string(), labels: z.boolean() })),
});

/** Everything that decides a run's result; its hash is the run's id. */
export const runSettings = z.object({
  dataset: datasetUse.extend({ checksum: z.string() }),
  method: pluginUse,
  latentSize: z.number().int().positive(),
  backend: z.string(),
  seed: z.number().int().min(0),
  training: z.record(z.string(), z.unknown()),
  lossNetwork: lossNetworkUse.nullable(),
  /** Left out where images are not transformed at random, so that ids from before stay. */
  augmentation: pluginUse.optional(),
  evaluators: z.array(pluginUse),
  headline: z.string(),
  /** Evaluators that looked at every epoch; left out where there are none, so that ids from before stay. */
  everyEpoch: z.array(z.string()).optional(),
});

export const environment = z.object({
  node: z.string(),
  platform: z.string(),
  cpu: z.string(),
  cores: z.number().int().positive(),
  memoryBytes: z.number().positive(),
  /** Commit of the checkout, if there is one; not part of the id. */
  commit: z.string().nullable(),
});

export const runFailure = z.object({
  phase: z.string(),
  message: z.string(),
  /** Class of the error, such as NonFiniteError. */
  error: z.string(),
});

/** `results/<suite>/<run id>/result.json` */
export const runResult = z.object({
  schemaVersion: z.literal(SCHEMA_VERSION),
  id: z.string(),
  suite: z.string(),
  profile: z.string(),
  /** A row to compare with, not one of the suite's methods. */
  reference: z.boolean(),
  dataset: z.object({ name: z.string(), version: z.string(), checksum: z.string(), counts }),
  method: z.string(),
  /** What tells it from other choices of the same method in its suite. */
  variant: z.string().optional(),
  latentSize: z.number().int().positive(),
  backend: z.object({
    name: z.string(),
    device: z.string().nullable(),
    simd: z.string().nullable(),
    versions: z.record(z.string(), z.string()),
  }),
  /** The run on another backend whose checkpoint this one began with. */
  continuedFrom: z.object({ id: z.string(), backend: z.string() }).optional(),
  seed: z.number().int().min(0),
  settings: runSettings,
  /** Epochs trained and the one whose weights were kept (1 is the first; 0 for methods that train nothing). */
  epochs: z.object({ run: z.number().int().min(0), best: z.number().int().min(0) }),
  metrics: z.record(z.string(), finite),
  /** Values after every epoch, from the first, of metrics that were measured so. */
  curves: z.record(z.string(), z.array(finite)).optional(),
  headline: z
    .object({ metric: z.string(), value: finite, unit: z.string(), higherIsBetter: z.boolean() })
    .nullable(),
  /** Parameters of the networks, frozen loss network excluded. */
  parameters: z.number().int().min(0),
  /** Seconds by phase: data, build, cache, train, validate, embed, evaluate.<name>; toBestEpoch; total. */
  timings: z.record(z.string(), finite),
  targets: z.enum(['computed', 'cached', 'none']),
  environment,
  /** Evaluators' extra findings, by evaluator. */
  details: z.record(z.string(), z.unknown()).optional(),
  finishedAt: z.string(),
  failure: runFailure.nullable(),
});

/** One line of `history.jsonl`. */
export const historyEntry = z.object({
  epoch: z.number().int().positive(),
  /** Mean loss over the epoch's steps. */
  loss: finite,
  validationLoss: finite.nullable(),
  /** Seconds of the training steps alone. */
  seconds: finite,
  validationSeconds: finite.nullable(),
  best: z.boolean(),
  /** What was measured after the epoch. */
  metrics: z.record(z.string(), finite).optional(),
});

/** `results/cost/<host>/<cell>.json` */
export const costResult = z.object({
  schemaVersion: z.literal(SCHEMA_VERSION),
  cell: z.string(),
  host: z.string(),
  method: z.string(),
  backend: z.object({
    name: z.string(),
    device: z.string().nullable(),
    simd: z.string().nullable(),
    versions: z.record(z.string(), z.string()),
  }),
  batchSize: z.number().int().positive(),
  latentSize: z.number().int().positive(),
  image: z.object({
    height: z.number().int().positive(),
    width: z.number().int().positive(),
    channels: z.number().int().positive(),
  }),
  lossNetwork: z.string().nullable(),
  /** Costs from before they were stored have none. */
  lossNetworkOptions: z.record(z.string(), z.unknown()).optional(),
  /** Random transformations of the images that were part of the step. */
  augmentation: pluginUse.optional(),
  /** Milliseconds of a step that they take. */
  augmentationMsPerStep: finite.optional(),
  targets: z.enum(['computed', 'cached', 'none']),
  /** Images of the epoch that `secondsPerEpoch` is about; null where only steps were asked for. */
  imagesPerEpoch: z.number().int().positive().nullable(),
  secondsPerEpoch: finite.nullable(),
  /** 95 % confidence interval of `msPerStep`'s median. */
  interval95: z.tuple([finite, finite]),
  secondsPerEpochInterval95: z.tuple([finite, finite]).nullable(),
  /** Median milliseconds of a training step (loading and augmentation included). */
  msPerStep: finite,
  samples: z.number().int().positive(),
  gflopPerStep: finite,
  gflopPerSecond: finite,
  /** Share of the backend's own matrix-product rate, measured in the same run. */
  shareOfMatrixProduct: finite,
  matrixProductGflopPerSecond: finite,
  peakBytes: z.number().int().positive(),
  /** Median milliseconds to embed an image, as part of a batch; null without an encoder. */
  encodeMsPerImage: finite.nullable(),
  /** 95 % confidence interval of it; costs from before it was measured have none. */
  encodeMsPerImageInterval95: z.tuple([finite, finite]).optional(),
  parameters: z.number().int().min(0),
  environment,
  measuredAt: z.string(),
});

export type PluginUse = z.infer<typeof pluginUse>;
export type DatasetUse = z.infer<typeof datasetUse>;
export type RunSettings = z.infer<typeof runSettings>;
export type RunResult = z.infer<typeof runResult>;
export type RunFailure = z.infer<typeof runFailure>;
export type HistoryEntry = z.infer<typeof historyEntry>;
export type CostResult = z.infer<typeof costResult>;
export type Environment = z.infer<typeof environment>;
