import { createHash } from 'node:crypto';
import {
  defineDataset,
  throwIfAborted,
  type DatasetContext,
  type DatasetDescription,
  type DownloadFile,
  type Split,
} from '@paretrain/core';
import { fileDigests, findDataFile, missingData } from '@paretrain/core/node';
import { z } from 'zod';
import { SVHN_IMAGE, svhnPart, type SvhnPart } from './svhn-part.ts';

type Part = 'train' | 'test' | 'extra';

const MOST: Readonly<Record<Part, number>> = { train: 73_257, test: 26_032, extra: 531_131 };

export const SVHN_CLASSES = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'] as const;

const options = z.strictObject({
  /** Whether `pretrain` is the file of additional, easier images, and not the images of `train`. */
  extra: z.boolean().default(false),
});
export type SvhnOptions = z.infer<typeof options>;

/**
 * SVHN's cropped digits (format 2) from the official MATLAB files, in `<data folder>/svhn`. `pretrain` and `train` are the same
 * images; with `extra`, `pretrain` is the file of 531,131 additional ones, which is downloaded with that option only. Label 10 stands for the digit 0. The official files
 * are compressed: each is inflated once into the cache.
 */
export const svhn = defineDataset<SvhnOptions>({
  name: 'svhn',
  version: '1.0.0',
  description: 'SVHN: 32x32 colour images of house numbers, ten digits, from the official MATLAB files',
  source: 'http://ufldl.stanford.edu/housenumbers/',
  licence: 'for non-commercial use only, say its authors',
  citation:
    'Netzer, Wang, Coates, Bissacco, Wu and Ng, Reading Digits in Natural Images with Unsupervised Feature Learning, 2011',
  options,
  // As in papers 000 and 002: 64x64.
  usualTransforms: [{ name: 'tile' }],
  downloads: [
    download('train', 182_040_794, 'e26dedcc434d2e4c54c9b2d4a06d8373'),
    download('test', 64_275_384, 'eb5a983be6a315427106f1b164d9cef3'),
    { ...download('extra', 1_329_278_602, 'a93ce644f1a588dc4d68dda5feec44a7'), onlyWith: { extra: true } },
  ],
  describe,

  async prepare(context) {
    throwIfAborted(context.signal);
    const pretrain = context.options.extra ? 'extra' : 'train';
    const names: readonly Part[] = [...new Set<Part>([pretrain, 'train', 'test'])];
    // One after the other: of several that are missing, the first is named.
    const paths: string[] = [];
    for (const part of names) paths.push(await find(part, context));
    const digests = await fileDigests('svhn', paths, context);
    const parts = {} as Record<Part, SvhnPart>;
    for (const [i, name] of names.entries()) parts[name] = await svhnPart(paths[i]!, digests[i]!, context);
    const partOf: Readonly<Record<Split, SvhnPart>> = {
      pretrain: parts[pretrain],
      train: parts.train,
      test: parts.test,
    };
    return {
      description: describe(context.options),
      checksum: createHash('sha256').update(digests.join('\n')).digest('hex'),
      counts: { pretrain: partOf.pretrain.count, train: partOf.train.count, test: partOf.test.count },
      open: (split) => partOf[split].open(),
    };
  },
});

function describe({ extra }: SvhnOptions): DatasetDescription {
  return {
    image: SVHN_IMAGE,
    target: { kind: 'class', classes: SVHN_CLASSES },
    mostImages: { pretrain: extra ? MOST.extra : MOST.train, train: MOST.train, test: MOST.test },
  };
}

function fileName(part: Part): string {
  return `${part}_32x32.mat`;
}

function download(part: Part, bytes: number, md5: string): DownloadFile {
  return {
    path: `svhn/${fileName(part)}`,
    urls: [`http://ufldl.stanford.edu/housenumbers/${fileName(part)}`],
    bytes,
    checksum: { algorithm: 'md5', value: md5 },
  };
}

async function find(part: Part, context: DatasetContext): Promise<string> {
  const path = `svhn/${fileName(part)}`;
  const found = await findDataFile(context, path);
  if (found === undefined) {
    throw missingData('svhn', path, context, part === 'extra' ? 'dataset.extra=true' : undefined);
  }
  return found;
}
