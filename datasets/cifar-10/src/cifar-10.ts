import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  DataError,
  defineDataset,
  interleavePlanes,
  type DatasetDescription,
  type ImageBatch,
  type ImageSource,
  type Split,
} from '@paretrain/core';
import { z } from 'zod';
import {
  RecordReader,
  fileDigests,
  findDataFile,
  findRecordFile,
  incompleteData,
  missingData,
  type RecordFile,
} from '@paretrain/core/node';

const FOLDER = 'cifar-10-batches-bin';
const TRAIN_FILES = [1, 2, 3, 4, 5].map((number) => `data_batch_${number}.bin`);
const TEST_FILES = ['test_batch.bin'];
const NAMES_FILE = 'batches.meta.txt';

const SIZE = 32;
const IMAGE = 3 * SIZE * SIZE;
/** A record is a label and the red, green and blue plane, each row by row. */
const RECORD = 1 + IMAGE;

export const CIFAR_10_CLASSES = [
  'airplane',
  'automobile',
  'bird',
  'cat',
  'deer',
  'dog',
  'frog',
  'horse',
  'ship',
  'truck',
] as const;

const options = z.strictObject({});
export type Cifar10Options = z.infer<typeof options>;

const DESCRIPTION: DatasetDescription = {
  image: { height: SIZE, width: SIZE, channels: 3 },
  target: { kind: 'class', classes: CIFAR_10_CLASSES },
  mostImages: { pretrain: 50_000, train: 50_000, test: 10_000 },
};

/**
 * CIFAR-10 from the official binary version, in `<data folder>/cifar-10-batches-bin`. Uses the training batches that are
 * there, in their order; `pretrain` and `train` are the same images.
 */
export const cifar10 = defineDataset<Cifar10Options>({
  name: 'cifar-10',
  version: '1.0.0',
  description: 'CIFAR-10: 32x32 colour images of ten classes, from the official binary batches',
  source: 'https://www.cs.toronto.edu/~kriz/cifar.html',
  licence: 'unstated by its authors',
  citation: 'Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009',
  options,
  // As in paper 002: 64x64.
  usualTransforms: [{ name: 'tile' }],
  downloads: [
    {
      path: 'cifar-10-binary.tar.gz',
      urls: ['https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz'],
      bytes: 170_052_171,
      checksum: { algorithm: 'md5', value: 'c32a1d4ab5d03f1284b67883e8d87530' },
      unpack: {
        members: [...TRAIN_FILES, ...TEST_FILES, NAMES_FILE].map((name) => `${FOLDER}/${name}`),
        bytes: 184_400_000,
      },
    },
  ],
  describe: () => DESCRIPTION,

  async prepare(context) {
    const folder = await findDataFile(context, FOLDER);
    if (folder === undefined) throw missingData('cifar-10', `${FOLDER}/`, context);
    const train = await findFiles(folder, TRAIN_FILES);
    const test = await findFiles(folder, TEST_FILES);
    await checkNames(join(folder, NAMES_FILE));
    const files: Record<Split, readonly RecordFile[]> = { pretrain: train, train, test };
    const paths = [...train, ...test].map(({ path }) => path);
    const digests = await fileDigests('cifar-10', paths, context);
    return {
      description: DESCRIPTION,
      checksum: createHash('sha256')
        .update(`${digests.join('\n')}\n`)
        .digest('hex'),
      counts: { pretrain: count(train), train: count(train), test: count(test) },
      open: async (split) => new Cifar10Source(await RecordReader.open(files[split])),
    };
  },
});

class Cifar10Source implements ImageSource {
  readonly image = DESCRIPTION.image;
  readonly targetSize = 1;
  readonly count: number;
  readonly #reader: RecordReader;

  constructor(reader: RecordReader) {
    this.#reader = reader;
    this.count = reader.count;
  }

  async read(indices: ArrayLike<number>): Promise<ImageBatch> {
    const records = await this.#reader.read(indices);
    const images = new Uint8Array(indices.length * IMAGE);
    for (let i = 0; i < indices.length; i++) {
      const planes = records.subarray(i * RECORD + 1, (i + 1) * RECORD);
      interleavePlanes(planes, images.subarray(i * IMAGE, (i + 1) * IMAGE), this.image, 'rows');
    }
    return { images, targets: targetsOf(records, indices) };
  }

  async readTargets(indices: ArrayLike<number>): Promise<Float32Array> {
    return targetsOf(await this.#reader.read(indices), indices);
  }

  close(): Promise<void> {
    return this.#reader.close();
  }
}

function targetsOf(records: Uint8Array, indices: ArrayLike<number>): Float32Array {
  return Float32Array.from(indices, (index, i) => {
    const label = records[i * RECORD]!;
    if (label < CIFAR_10_CLASSES.length) return label;
    throw new DataError(
      `cifar-10: label of image ${index}: received ${label}, valid: 0 to 9; the data is damaged`,
    );
  });
}

/** Those of the files that are there; at least one has to be. */
async function findFiles(folder: string, names: readonly string[]): Promise<RecordFile[]> {
  const found = await Promise.all(names.map((name) => findRecordFile(join(folder, name), RECORD)));
  const files = found.filter((file) => file !== undefined);
  if (files.length === 0) throw incompleteData('cifar-10', names.join(', '), folder);
  return files;
}

/** The file of class names is not needed, but where it is there it has to name the classes that labels stand for. */
async function checkNames(path: string): Promise<void> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  const names = text?.split(/\r?\n/).filter((line) => line.trim() !== '');
  if (names && names.join() !== CIFAR_10_CLASSES.join()) {
    throw new DataError(
      `cifar-10: ${path}: received classes ${names.join(', ')}, valid: ${CIFAR_10_CLASSES.join(', ')}`,
    );
  }
}

function count(files: readonly RecordFile[]): number {
  return files.reduce((sum, file) => sum + file.count, 0);
}
