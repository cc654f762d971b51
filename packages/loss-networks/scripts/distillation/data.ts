import { cifar10 } from '@paretrain/dataset-cifar-10';
import { stl10 } from '@paretrain/dataset-stl-10';
import type { ImageSource } from '@paretrain/core';
import { viewSource } from './view-source.ts';
import { VIEWS_OF_96, tile } from './views.ts';

/** What the student learns from, and what its fidelity is measured on. */
export interface DistillationData {
  /** CIFAR-10's training images tiled, and six views of each of STL-10's unlabelled and training images. */
  readonly training: ImageSource;
  /** The same views of the test images of both, never trained on. */
  readonly heldOut: ImageSource;
  /** sha256 by data set. */
  readonly checksums: Readonly<Record<string, string>>;
}

/** Opens both data sets. */
export async function openData(dataDirectory: string, cacheDirectory: string): Promise<DistillationData> {
  const context = { options: {}, dataDirectory, cacheDirectory };
  const cifar = await cifar10.prepare(context);
  const stl = await stl10.prepare(context);
  return {
    training: viewSource([
      { source: await cifar.open('pretrain'), views: [tile] },
      { source: await stl.open('pretrain'), views: VIEWS_OF_96 },
      { source: await stl.open('train'), views: VIEWS_OF_96 },
    ]),
    heldOut: viewSource([
      { source: await cifar.open('test'), views: [tile] },
      { source: await stl.open('test'), views: VIEWS_OF_96 },
    ]),
    checksums: { 'cifar-10': cifar.checksum, 'stl-10': stl.checksum },
  };
}
