import { createHash } from 'node:crypto';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import {
  DataError,
  checkIndices,
  defineDataset,
  throwIfAborted,
  type Checksum,
  type Dataset,
  type DatasetContext,
  type DatasetDescription,
  type DownloadFile,
  type ImageBatch,
  type ImageSource,
  type Split,
} from '@paretrain/core';
import { findDataFile, incompleteData, missingData } from '@paretrain/core/node';
import { z } from 'zod';
import type { IdxArray } from './idx.ts';
import { readIdxFile } from './read-idx-file.ts';

const SIZE = 28;
const PIXELS = SIZE * SIZE;
const MOST = { train: 60_000, test: 10_000 } as const;
/** More than a header of any number of dimensions. */
const MOST_HEADER = 4 + 255 * 4;

const options = z.strictObject({});
export type IdxDatasetOptions = z.infer<typeof options>;

/** The official files, in the names and the order that MNIST gave them. */
const FILES = {
  train: { images: 'train-images-idx3-ubyte', labels: 'train-labels-idx1-ubyte' },
  test: { images: 't10k-images-idx3-ubyte', labels: 't10k-labels-idx1-ubyte' },
} as const;
type Part = keyof typeof FILES;
const NAMES = [FILES.train.images, FILES.train.labels, FILES.test.images, FILES.test.labels] as const;

/** What tells data sets in MNIST's format from each other. */
export interface IdxDatasetDefinition {
  readonly name: string;
  readonly description: string;
  readonly source: string;
  readonly licence: string;
  readonly citation: string;
  readonly classes: readonly string[];
  /** Beginnings of the addresses that have the `.gz` files. */
  readonly mirrors: readonly [string, ...string[]];
  /** Size in bytes and md5 of the `.gz` of train images, train labels, test images and test labels. */
  readonly files: readonly [OfficialFile, OfficialFile, OfficialFile, OfficialFile];
}

type OfficialFile = readonly [bytes: number, md5: string];

/**
 * A data set of 28x28 grey images in MNIST's four files, in `<data folder>/<name>`, compressed (`.gz`) or not. `pretrain` and
 * `train` are the same images. What was opened once stays in memory as long as the prepared data set: 47 MB for 60,000 images.
 */
export function idxDataset(definition: IdxDatasetDefinition): Dataset<IdxDatasetOptions> {
  const { name, classes, mirrors, files, ...texts } = definition;
  const description: DatasetDescription = {
    image: { height: SIZE, width: SIZE, channels: 1 },
    target: { kind: 'class', classes },
    mostImages: { pretrain: MOST.train, train: MOST.train, test: MOST.test },
  };
  return defineDataset<IdxDatasetOptions>({
    ...texts,
    name,
    version: '1.0.0',
    options,
    // To the 64x64x3 that the encoders and most loss networks see.
    usualTransforms: [{ name: 'pad' }, { name: 'tile' }, { name: 'three-channels' }],
    downloads: NAMES.map((file, i) => download(name, file, mirrors, files[i]!)),
    describe: () => description,

    async prepare(context) {
      throwIfAborted(context.signal);
      const folder = await findDataFile(context, name);
      if (folder === undefined) throw missingData(name, `${name}/`, context);
      const paths = await findFiles(name, folder);
      const hash = createHash('sha256');
      const counts = {} as Record<Part, number>;
      let done = 0;
      for (const part of ['train', 'test'] as const) {
        const { images, labels } = await readPart(name, paths, part, classes.length);
        throwIfAborted(context.signal);
        counts[part] = labels.length;
        // Of the content, so that compressing a file in another way makes no other data set of it.
        for (const bytes of [images, labels]) hash.update(createHash('sha256').update(bytes).digest());
        done += 2;
        report(context, name, done);
      }
      // `pretrain` and `train` share what was read.
      const opened = new Map<Part, Promise<Examples>>();
      return {
        description,
        checksum: hash.digest('hex'),
        counts: { pretrain: counts.train, train: counts.train, test: counts.test },
        async open(split: Split) {
          const part = split === 'test' ? 'test' : 'train';
          let examples = opened.get(part);
          if (!examples) opened.set(part, (examples = readPart(name, paths, part, classes.length)));
          return new IdxSource(await examples);
        },
      };
    },
  });
}

interface Examples {
  /** Pixels of one image after the other, row by row. */
  readonly images: Uint8Array;
  /** Classes, one an image. */
  readonly labels: Uint8Array;
}

class IdxSource implements ImageSource {
  readonly image = { height: SIZE, width: SIZE, channels: 1 };
  readonly targetSize = 1;
  readonly count: number;
  readonly #examples: Examples;

  constructor(examples: Examples) {
    this.#examples = examples;
    this.count = examples.labels.length;
  }

  async read(indices: ArrayLike<number>): Promise<ImageBatch> {
    const targets = await this.readTargets(indices);
    const images = new Uint8Array(indices.length * PIXELS);
    for (let i = 0; i < indices.length; i++) {
      const index = indices[i]!;
      images.set(this.#examples.images.subarray(index * PIXELS, (index + 1) * PIXELS), i * PIXELS);
    }
    return { images, targets };
  }

  async readTargets(indices: ArrayLike<number>): Promise<Float32Array> {
    checkIndices(indices, this.count);
    return Float32Array.from(indices, (index) => this.#examples.labels[index]!);
  }

  async close(): Promise<void> {}
}

function download(
  name: string,
  file: string,
  mirrors: IdxDatasetDefinition['mirrors'],
  [bytes, md5]: OfficialFile,
): DownloadFile {
  const [first, ...others] = mirrors;
  const checksum: Checksum = { algorithm: 'md5', value: md5 };
  return {
    path: `${name}/${file}.gz`,
    otherPath: `${name}/${file}`,
    urls: [`${first}${file}.gz`, ...others.map((mirror) => `${mirror}${file}.gz`)],
    bytes,
    checksum,
  };
}

/** Where each of the four files is; one that is not compressed comes first, since it is read faster. */
async function findFiles(name: string, folder: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const file of NAMES) {
    const plain = join(folder, file);
    const path = (await exists(plain)) ? plain : `${plain}.gz`;
    if (!(await exists(path))) throw incompleteData(name, `${file}.gz`, folder);
    found.set(file, path);
  }
  return found;
}

async function readPart(
  name: string,
  paths: ReadonlyMap<string, string>,
  part: Part,
  classes: number,
): Promise<Examples> {
  const imagePath = paths.get(FILES[part].images)!;
  const labelPath = paths.get(FILES[part].labels)!;
  const images = await readIdxFile(imagePath, MOST_HEADER + MOST[part] * PIXELS);
  const labels = await readIdxFile(labelPath, MOST_HEADER + MOST[part]);
  const [count] = images.dimensions;
  requireDimensions(imagePath, images, `n x ${SIZE} x ${SIZE} with n from 1`, [count || NaN, SIZE, SIZE]);
  requireDimensions(labelPath, labels, `${count}, one an image`, [count!]);
  const wrong = labels.data.findIndex((label) => label >= classes);
  if (wrong >= 0) {
    throw new DataError(
      `${name}: label of image ${wrong} in ${labelPath}: received ${labels.data[wrong]}, valid: 0 to ${classes - 1}; the data is damaged`,
    );
  }
  return { images: images.data, labels: labels.data };
}

function requireDimensions(
  path: string,
  { dimensions }: IdxArray,
  valid: string,
  wanted: readonly number[],
): void {
  if (dimensions.length === wanted.length && wanted.every((size, i) => size === dimensions[i])) return;
  throw new DataError(`${path}: received dimensions ${dimensions.join(' x ') || 'none'}, valid: ${valid}`);
}

function report({ onProgress }: DatasetContext, name: string, done: number): void {
  onProgress?.({ phase: `check ${name}`, done, total: NAMES.length, unit: 'files' });
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
