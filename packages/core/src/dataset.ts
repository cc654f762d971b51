import type { DownloadFile } from './download.ts';
import type { ImageShape } from './image.ts';
import { definePlugin, type PluginBase, type PluginChoice, type PluginDefinition } from './plugin.ts';

/**
 * The three roles of a data set's images: `pretrain` trains embeddings (labels unused), `train` trains and validates
 * probes and supervised methods, `test` is looked at once. A data set without unlabelled images offers its training
 * images as `pretrain`.
 */
export const SPLITS = ['pretrain', 'train', 'test'] as const;
export type Split = (typeof SPLITS)[number];

/** Each image has one of `classes`; its target is one number, the index. */
export interface ClassTarget {
  readonly kind: 'class';
  readonly classes: readonly string[];
}

/**
 * Each image has `names.length` real numbers as target, in `unit`. Probes learn (target - offset) / scale, which lies
 * around [-1, 1]; errors are reported in `unit`.
 */
export interface PositionTarget {
  readonly kind: 'position';
  readonly names: readonly string[];
  readonly unit: string;
  /** One number a name, as {@link scale}. */
  readonly offset: readonly number[];
  /** Greater than 0. */
  readonly scale: readonly number[];
}

export type TargetDescription = ClassTarget | PositionTarget;

/** How many numbers a target has in {@link ImageBatch.targets}: 1 for classes. */
export function targetSize(target: TargetDescription): number {
  return target.kind === 'class' ? 1 : target.names.length;
}

/** What is known of a data set before it is on disk. */
export interface DatasetDescription {
  readonly image: ImageShape;
  readonly target: TargetDescription;
  /** Most images that each split can have, for estimates of time and memory; left out where it is not known. */
  readonly mostImages?: Readonly<Record<Split, number>>;
}

/** Some images with their targets. */
export interface ImageBatch {
  /** Bytes, NHWC, 0 to 255: n x height x width x channels. */
  readonly images: Uint8Array;
  /** n x targetSize; a class is its index. */
  readonly targets: Float32Array;
}

/** One split, read at random from where it lies without loading all of it. */
export interface ImageSource {
  readonly count: number;
  readonly image: ImageShape;
  readonly targetSize: number;
  /**
   * The images at these indices, in this order.
   * @throws {DataError} on an index outside 0 to count - 1, or damaged data
   */
  read(indices: ArrayLike<number>): Promise<ImageBatch>;
  /**
   * The targets of {@link read} alone, where they can be had without reading the images.
   * @returns n x targetSize numbers
   * @throws {DataError} as {@link read}
   */
  readTargets?(indices: ArrayLike<number>): Promise<Float32Array>;
  /** Releases files; nothing is read afterwards. */
  close(): Promise<void>;
}

/** A data set that is on disk, checked and ready to read. */
export interface PreparedDataset {
  readonly description: DatasetDescription;
  /** sha256 of everything its images and targets are made of; part of a run's id. */
  readonly checksum: string;
  readonly counts: Readonly<Record<Split, number>>;
  /**
   * A source of a split's images; the caller closes it, and may call this again.
   * @throws {DataError} where its files are missing or damaged
   */
  open(split: Split): Promise<ImageSource>;
}

/** How far {@link Dataset.prepare} is. */
export interface DatasetProgress {
  /** What is being done, such as 'check mnist'. */
  readonly phase: string;
  /** From 0 to `total`, in `unit`. */
  readonly done: number;
  readonly total: number;
  /** What is counted: 'images', 'files', 'bytes'. */
  readonly unit: string;
}

export interface DatasetContext<Options = unknown> {
  readonly options: Options;
  /** Where generated or downloaded data is kept between runs. */
  readonly cacheDirectory: string;
  /** Folder with the user's own downloads, one folder per data set in its official layout. */
  readonly dataDirectory?: string;
  /** {@link Dataset.prepare} stops with an `AbortedError` once it is aborted. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: DatasetProgress) => void;
}

/** Images with targets, from a generator or a user's download. */
export interface Dataset<Options = unknown> extends PluginBase<'dataset', Options> {
  /** Of the images, in a few words, as `paretrain data list` prints it: 'MIT', 'unstated by its authors'. */
  readonly licence: string;
  /** The publication to cite, in one line. */
  readonly citation: string;
  /** The official files, for data sets that are downloaded and not generated. */
  readonly downloads?: readonly DownloadFile[];
  /**
   * Transforms that bring its images to what networks here take, where they are none of that: used unless a suite or the user names
   * others, or an empty list.
   */
  readonly usualTransforms?: readonly PluginChoice[];
  /**
   * What is known with these options before {@link prepare}, which gives the same: what a plan is made of.
   * @param folders where a data set of the user's own making looks for what it describes; others need none
   * @throws {DataError} where the description depends on the user's data and that is missing
   */
  describe(options: Options, folders?: Pick<DatasetContext, 'dataDirectory'>): DatasetDescription;
  /**
   * Finds or makes the data; called before every use, quick when all is there. Downloading is not its task: see {@link downloads}.
   * @throws {DataError} where the user's files are missing, damaged or not those expected, with what to do about it
   * @throws {AbortedError} once the context's signal is aborted
   */
  prepare(context: DatasetContext<Options>): Promise<PreparedDataset>;
}

/** Defines a data set as a plugin. */
export function defineDataset<Options>(definition: PluginDefinition<Dataset<Options>>): Dataset<Options> {
  return definePlugin<'dataset', Dataset<Options>>('dataset', definition);
}
