import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildModel, pairsOf, slug, type Group, type MethodPairs } from '@paretrain/report';
import type { RunResult } from '@paretrain/store';
import { decode, encode, type DecodedPng } from 'fast-png';

/** Images of each strip: every file of one data set together stays near 100 kB. */
const IMAGES = 4;
/** Wider images are drawn at half their size, or a third, and so on. */
const WIDEST = 64;
/** White rows between the images. */
const GAP = 2;

/** A column of images. */
export interface Strip {
  /** "originals", or the method whose embeddings were decoded. */
  readonly name: string;
  readonly file: string;
}

/** What decoders that were trained again make of test images: one picture for each method, beside the originals. */
export interface Strips {
  readonly title: string;
  readonly strips: readonly Strip[];
}

/** Writes the pictures of stored runs into a folder; of each method those of its first seed, without references. */
export async function writeStrips(runs: readonly RunResult[], folder: string): Promise<Strips[]> {
  const input = { title: '', suite: '', profile: '', generatedAt: '', costs: [], histories: {}, runs };
  const all: Strips[] = [];
  for (const group of buildModel(input).groups) {
    const found = foundIn(group);
    const [first] = found;
    if (!first) continue;
    const columns = [
      { name: 'originals', images: first.pairs.map((pair) => pair.input) },
      ...found.map(({ summary, pairs }) => ({
        name: summary.method,
        images: pairs.map(({ output }) => output),
      })),
    ];
    const strips: Strip[] = [];
    for (const { name, images } of columns) {
      const file = `retrained-decoder-${group.id}-${slug(name)}.png`;
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, file), stripOf(images));
      strips.push({ name, file });
    }
    all.push({ title: group.title, strips });
  }
  return all;
}

/** Methods that were given the same images as the best one. */
function foundIn({ methods }: Group): MethodPairs[] {
  const found = methods.flatMap((summary) => pairsOf(summary, 'retrained-decoder', IMAGES) ?? []);
  const inputs = ({ pairs }: MethodPairs) => pairs.map(({ input }) => input).join();
  return found.filter((one) => one.pairs.length > 0 && inputs(one) === inputs(found[0]!));
}

/** One below the other, as a PNG file. */
function stripOf(uris: readonly string[]): Uint8Array {
  const images = uris.map((uri) => shrink(decode(Buffer.from(uri.slice(uri.indexOf(',') + 1), 'base64'))));
  const { width, channels } = images[0]!;
  const height = images.reduce((sum, image) => sum + image.height + GAP, -GAP);
  const data = new Uint8Array(width * height * channels).fill(255);
  let row = 0;
  for (const image of images) {
    data.set(image.data, row * width * channels);
    row += image.height + GAP;
  }
  return encode({ width, height, channels, data }, { zlib: { level: 9 } });
}

/** Means of squares of pixels, so that the image becomes at most {@link WIDEST} wide. */
function shrink(image: DecodedPng): Pick<DecodedPng, 'width' | 'height' | 'channels' | 'data'> {
  const side = Math.ceil(image.width / WIDEST);
  const [width, height] = [Math.floor(image.width / side), Math.floor(image.height / side)];
  const { channels } = image;
  const data = new Uint8Array(width * height * channels);
  for (let i = 0; i < data.length; i++) {
    const [x, y] = [Math.floor(i / channels) % width, Math.floor(i / channels / width)];
    let sum = 0;
    for (let part = 0; part < side * side; part++) {
      const [dx, dy] = [part % side, Math.floor(part / side)];
      sum += image.data[((y * side + dy) * image.width + x * side + dx) * channels + (i % channels)]!;
    }
    data[i] = Math.round(sum / side ** 2);
  }
  return { width, height, channels, data };
}
