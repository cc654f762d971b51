import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import {
  DataError,
  SPLITS,
  defineDataset,
  pickImages,
  throwIfAborted,
  type DatasetContext,
  type DatasetDescription,
} from '@paretrain/core';
import { FrameFile } from '@paretrain/core/node';
import { DECODER_VERSION, decodedImages } from './decoded-images.ts';
import { listImages } from './list-images.ts';
import type { Listing } from './listing.ts';
import { imageFolderOptions, type ImageFolderOptions } from './options.ts';
import { splitCounts, splitImages } from './split-images.ts';

/**
 * A folder of the user's own images: one folder of them for each class, or a `targets.csv` with numbers for each. They are decoded once
 * into the cache and divided, class by class, into the three splits.
 */
export const imageFolder = defineDataset<ImageFolderOptions>({
  name: 'image-folder',
  version: DECODER_VERSION,
  description: 'Your own images: a folder for each class, or a table of numbers to predict',
  licence: 'that of your images',
  citation: 'none: your own images',
  options: imageFolderOptions,
  describe: (options, folders = {}) => describe(listOf(options, folders), options),

  async prepare(context) {
    throwIfAborted(context.signal);
    const { options } = context;
    const listing = listOf(options, context);
    const file = await decodedImages(folderOf(options, context), listing, context);
    try {
      const labels =
        listing.target.kind === 'class'
          ? await file.readTargets(Array.from({ length: file.count }, (_, i) => i))
          : new Float32Array(file.count);
      const splits = splitImages(labels, options);
      for (const split of SPLITS) {
        if (splits[split].length > 0) continue;
        throw new DataError(
          `image-folder: split '${split}' is empty: it has ${options.fractions[split]} of ${file.count} images; valid: more images, or a ` +
            `larger share (--set 'dataset.fractions={"${split}":0.5,...}')`,
        );
      }
      const { fractions, seed } = options;
      const how = JSON.stringify({ fractions, seed, target: listing.target });
      return {
        description: describe(listing, options),
        checksum: createHash('sha256').update(`${file.digest}\n${how}\n`).digest('hex'),
        counts: { pretrain: splits.pretrain.length, train: splits.train.length, test: splits.test.length },
        open: async (split) => pickImages(await FrameFile.open(file.path), splits[split]),
      };
    } finally {
      await file.close();
    }
  },
});

type Folders = Pick<DatasetContext, 'dataDirectory'>;

function folderOf({ path }: ImageFolderOptions, { dataDirectory }: Folders): string {
  if (path !== null) return resolve(path);
  if (dataDirectory !== undefined) return join(dataDirectory, 'image-folder');
  throw new DataError(
    'image-folder: no folder of images is named; name it with --set dataset.path=DIR, or put image-folder/ into the data folder ' +
      '(--data-dir DIR or PARETRAIN_DATA_DIR)',
  );
}

function listOf(options: ImageFolderOptions, folders: Folders): Listing {
  return listImages(folderOf(options, folders), options.unit);
}

function describe({ images, target }: Listing, options: ImageFolderOptions): DatasetDescription {
  const { size } = options;
  return {
    image: { height: size, width: size, channels: 3 },
    target,
    mostImages: splitCounts(images.length, options),
  };
}
