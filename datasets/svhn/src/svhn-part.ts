import { basename, join } from 'node:path';
import {
  DataError,
  checkIndices,
  interleavePlanes,
  throwIfAborted,
  type DatasetContext,
  type ImageBatch,
  type ImageShape,
  type ImageSource,
} from '@paretrain/core';
import { FrameFile, FrameFileWriter, RecordReader, cachedFrameFile } from '@paretrain/core/node';
import { readMatFile, type MatArray } from './mat-file.ts';
import { decodeNumbers } from './numbers.ts';

const SIZE = 32;
/** An image is the red, green and blue plane, each column by column. */
const RECORD = 3 * SIZE * SIZE;
const CLASSES = 10;
/** Changes whenever the same file gives other images. */
const CACHE_VERSION = 1;

export const SVHN_IMAGE: ImageShape = { height: SIZE, width: SIZE, channels: 3 };

/** One of SVHN's files, looked at and ready to be read. */
export interface SvhnPart {
  readonly count: number;
  open(): Promise<ImageSource>;
}

/**
 * Looks at one of SVHN's files. The images of an uncompressed one are read where they lie; a compressed one is inflated once into the
 * cache, in pieces.
 * @param digest sha256 of the file, hexadecimal
 * @throws {DataError} naming the file and what is wrong with it
 */
export async function svhnPart(path: string, digest: string, context: DatasetContext): Promise<SvhnPart> {
  const arrays = await readMatFile(path);
  const find = (name: string): MatArray => {
    const found = arrays.find((array) => array.name === name);
    if (found) return found;
    const names = arrays.map((array) => array.name).join(', ');
    throw new DataError(
      `svhn: ${path}: received arrays ${names || 'none'}, valid: X with the images and y with the labels`,
    );
  };
  const images = find('X');
  const shape = images.dimensions.join('x');
  const [height, width, channels, count] = images.dimensions;
  if (
    images.dimensions.length !== 4 ||
    images.numbers !== 'uint8' ||
    [height, width, channels].join() !== [SIZE, SIZE, 3].join() ||
    !count
  ) {
    throw new DataError(
      `svhn: ${path}: X: received ${shape} ${images.numbers}, valid: 32x32x3xN uint8 with N from 1`,
    );
  }
  const labels = await readLabels(find('y'), count, path, context.signal);
  const { position } = images;
  if (position !== undefined) {
    const file = { path, recordBytes: RECORD, count, offset: position };
    return { count, open: async () => new UprightSource(await RecordReader.open([file]), labels) };
  }
  const cached = join(
    context.cacheDirectory,
    'svhn',
    `${basename(path, '.mat')}-${digest.slice(0, 16)}.frames`,
  );
  const report = (phase: string, done: number) =>
    context.onProgress?.({ phase, done, total: count, unit: 'images' });
  const file = await cachedFrameFile(cached, {
    make: () =>
      inflate(cached, { images, labels, digest, count }, context.signal, (done) =>
        report(`inflate ${basename(path)}`, done),
      ),
    onWait: () => report(`wait for another process to inflate ${basename(path)}`, 0),
    onDamaged: ({ message }) => report(`inflate ${basename(path)} again (${message})`, 0),
    ...(context.signal && { signal: context.signal }),
  });
  await file.close();
  return { count, open: () => FrameFile.open(cached) };
}

/** Labels 1 to 10 as classes: 10 stands for the digit 0. */
async function readLabels(
  array: MatArray,
  count: number,
  path: string,
  signal: AbortSignal | undefined,
): Promise<Float32Array> {
  const length = array.dimensions.reduce((product, size) => product * size, 1);
  if (length !== count) {
    throw new DataError(
      `svhn: ${path}: y: received ${array.dimensions.join('x')} labels, valid: ${count}, one an image`,
    );
  }
  const pieces: Uint8Array[] = [];
  for await (const piece of array.chunks()) {
    throwIfAborted(signal);
    pieces.push(piece);
  }
  const labels = decodeNumbers(Buffer.concat(pieces), array.numbers);
  return Float32Array.from(labels, (label, i) => {
    if (Number.isInteger(label) && label >= 1 && label <= CLASSES) return label % CLASSES;
    throw new DataError(
      `svhn: ${path}: label of image ${i}: received ${label}, valid: 1 to 10, where 10 is digit 0`,
    );
  });
}

const IMAGES_AT_ONCE = 1024;

interface Content {
  readonly images: MatArray;
  readonly labels: Float32Array;
  readonly digest: string;
  readonly count: number;
}

/** Writes the images of a compressed file, upright, and its classes. Memory holds a few megabytes. */
async function inflate(
  path: string,
  { images, labels, digest, count }: Content,
  signal: AbortSignal | undefined,
  onImages: (done: number) => void,
): Promise<void> {
  const writer = await FrameFileWriter.create(path);
  try {
    const records = Buffer.alloc(Math.min(IMAGES_AT_ONCE, count) * RECORD);
    const upright = new Uint8Array(records.length);
    let filled = 0;
    const flush = async () => {
      const whole = filled / RECORD;
      makeUpright(records.subarray(0, filled), upright);
      const written = writer.count;
      await writer.append(upright.subarray(0, filled), labels.subarray(written, written + whole), whole);
      filled = 0;
      onImages(writer.count);
    };
    for await (const chunk of images.chunks()) {
      throwIfAborted(signal);
      for (let at = 0; at < chunk.length;) {
        const part = chunk.subarray(at, at + records.length - filled);
        records.set(part, filled);
        filled += part.length;
        at += part.length;
        if (filled === records.length) await flush();
      }
    }
    if (filled > 0) await flush();
    const source = { dataset: 'svhn', cache: CACHE_VERSION, file: digest };
    await writer.finish({ source, ...SVHN_IMAGE, targetSize: 1 });
  } catch (error) {
    await writer.discard();
    throw error;
  }
}

/** Images of an uncompressed file, read where they lie. */
class UprightSource implements ImageSource {
  readonly image = SVHN_IMAGE;
  readonly targetSize = 1;
  readonly count: number;
  readonly #records: RecordReader;
  readonly #labels: Float32Array;

  constructor(records: RecordReader, labels: Float32Array) {
    this.#records = records;
    this.#labels = labels;
    this.count = records.count;
  }

  async read(indices: ArrayLike<number>): Promise<ImageBatch> {
    const records = await this.#records.read(indices);
    const images = new Uint8Array(records.length);
    makeUpright(records, images);
    return { images, targets: await this.readTargets(indices) };
  }

  async readTargets(indices: ArrayLike<number>): Promise<Float32Array> {
    checkIndices(indices, this.count);
    return Float32Array.from(indices, (index) => this.#labels[index]!);
  }

  close(): Promise<void> {
    return this.#records.close();
  }
}

/** Brings whole records to rows of pixels. */
function makeUpright(records: Uint8Array, images: Uint8Array): void {
  for (let start = 0; start < records.length; start += RECORD) {
    const planes = records.subarray(start, start + RECORD);
    interleavePlanes(planes, images.subarray(start, start + RECORD), SVHN_IMAGE, 'columns');
  }
}
