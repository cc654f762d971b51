import { createHash } from 'node:crypto';
import { join } from 'node:path';
import {
  DataError,
  SPLITS,
  checkIndices,
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

const FOLDER = 'stl10_binary';
const FILES: Record<Split, { readonly images: string; readonly labels?: string }> = {
  pretrain: { images: 'unlabeled_X.bin' },
  train: { images: 'train_X.bin', labels: 'train_y.bin' },
  test: { images: 'test_X.bin', labels: 'test_y.bin' },
};

const SIZE = 96;
/** A record is the red, green and blue plane, each column by column. */
const RECORD = 3 * SIZE * SIZE;

/** Target of an image without a class. */
export const NO_CLASS = -1;

export const STL_10_CLASSES = [
  'airplane',
  'bird',
  'car',
  'cat',
  'deer',
  'dog',
  'horse',
  'monkey',
  'ship',
  'truck',
] as const;

const options = z.strictObject({});
export type Stl10Options = z.infer<typeof options>;

const DESCRIPTION: DatasetDescription = {
  image: { height: SIZE, width: SIZE, channels: 3 },
  target: { kind: 'class', classes: STL_10_CLASSES },
  mostImages: { pretrain: 100_000, train: 5_000, test: 8_000 },
};

interface SplitFiles {
  readonly images: RecordFile;
  readonly labels: RecordFile | undefined;
}

/**
 * STL-10 from the official binary version, in `<data folder>/stl10_binary`: `pretrain` is the unlabelled part, 100,000 images whose targets
 * are {@link NO_CLASS}. The files store columns one after the other; images come out upright. Labels 1 to 10 become 0 to 9.
 */
export const stl10 = defineDataset<Stl10Options>({
  name: 'stl-10',
  version: '1.0.0',
  description:
    'STL-10: 96x96 colour images of ten classes and unlabelled ones, from the official binary files',
  source: 'https://cs.stanford.edu/~acoates/stl10/',
  licence: 'unstated by its authors; the images are from ImageNet',
  citation:
    'Coates, Lee and Ng, An Analysis of Single-Layer Networks in Unsupervised Feature Learning, AISTATS 2011',
  options,
  downloads: [
    {
      path: 'stl10_binary.tar.gz',
      urls: ['http://ai.stanford.edu/~acoates/stl10/stl10_binary.tar.gz'],
      bytes: 2_640_397_119,
      checksum: { algorithm: 'md5', value: '91f7769df0f17e558f3565bffb0c7dfb' },
      unpack: {
        members: Object.values(FILES)
          .flatMap(({ images, labels }) => [images, labels])
          .filter((name) => name !== undefined)
          .map((name) => `${FOLDER}/${name}`),
        bytes: 3_124_300_000,
      },
    },
  ],
  describe: () => DESCRIPTION,

  async prepare(context) {
    const folder = await findDataFile(context, FOLDER);
    if (folder === undefined) throw missingData('stl-10', `${FOLDER}/`, context);
    const files = {} as Record<Split, SplitFiles>;
    for (const split of SPLITS) files[split] = await findSplit(folder, split);
    const counts = {} as Record<Split, number>;
    for (const split of SPLITS) counts[split] = files[split].images.count;
    const paths = SPLITS.flatMap((split) => [files[split].images, files[split].labels])
      .filter((file) => file !== undefined)
      .map(({ path }) => path);
    const digests = await fileDigests('stl-10', paths, context);
    return {
      description: DESCRIPTION,
      checksum: createHash('sha256')
        .update(`${digests.join('\n')}\n`)
        .digest('hex'),
      counts,
      open: async (split) => Stl10Source.open(files[split]),
    };
  },
});

class Stl10Source implements ImageSource {
  readonly image = DESCRIPTION.image;
  readonly targetSize = 1;
  readonly count: number;
  readonly #images: RecordReader;
  readonly #labels: RecordReader | undefined;

  private constructor(images: RecordReader, labels: RecordReader | undefined) {
    this.#images = images;
    this.#labels = labels;
    this.count = images.count;
  }

  static async open({ images, labels }: SplitFiles): Promise<Stl10Source> {
    const opened = await RecordReader.open([images]);
    return new Stl10Source(opened, labels && (await RecordReader.open([labels])));
  }

  async read(indices: ArrayLike<number>): Promise<ImageBatch> {
    const records = await this.#images.read(indices);
    const images = new Uint8Array(records.length);
    for (let start = 0; start < records.length; start += RECORD) {
      const planes = records.subarray(start, start + RECORD);
      interleavePlanes(planes, images.subarray(start, start + RECORD), this.image, 'columns');
    }
    return { images, targets: await this.readTargets(indices) };
  }

  async readTargets(indices: ArrayLike<number>): Promise<Float32Array> {
    if (!this.#labels) {
      checkIndices(indices, this.count);
      return new Float32Array(indices.length).fill(NO_CLASS);
    }
    const labels = await this.#labels.read(indices);
    return Float32Array.from(labels, (label, i) => {
      if (label < 1 || label > STL_10_CLASSES.length) {
        throw new DataError(
          `stl-10: label of image ${indices[i]}: received ${label}, valid: 1 to 10; the data is damaged`,
        );
      }
      return label - 1;
    });
  }

  async close(): Promise<void> {
    await Promise.all([this.#images.close(), this.#labels?.close()]);
  }
}

async function findSplit(folder: string, split: Split): Promise<SplitFiles> {
  const names = FILES[split];
  const find = async (name: string, recordBytes: number) => {
    const file = await findRecordFile(join(folder, name), recordBytes);
    if (file) return file;
    throw incompleteData('stl-10', name, folder);
  };
  const images = await find(names.images, RECORD);
  const labels = names.labels === undefined ? undefined : await find(names.labels, 1);
  if (labels && labels.count !== images.count) {
    throw new DataError(
      `stl-10: ${labels.path}: received ${labels.count} labels, valid: ${images.count}, one an image`,
    );
  }
  return { images, labels };
}
