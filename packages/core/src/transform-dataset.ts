import type { Dataset, DatasetDescription, ImageBatch, ImageSource } from './dataset.ts';
import { imageSize, type ImageShape } from './image.ts';
import { parseOptions } from './plugin.ts';
import { sha256Text } from './sha256-text.ts';
import type { BuiltTransform, Transform } from './transform.ts';

/** A transform and the options that differ from its defaults. */
export interface TransformStep {
  readonly transform: Transform;
  readonly options?: unknown;
}

/**
 * A data set whose images went through these transforms, one after the other. Only images that are asked for are read and transformed;
 * nothing is kept. Targets stay as they are: positions are still those in the untransformed image.
 *
 * The checksum tells apart the same data with other transforms, other versions of them or other options.
 * @throws {ConfigurationError} on invalid options of a transform; from `describe` and `prepare`, for images that one cannot take
 */
export function transformDataset<Options>(
  dataset: Dataset<Options>,
  steps: readonly TransformStep[],
): Dataset<Options> {
  if (steps.length === 0) return dataset;
  const parsed = steps.map(({ transform, options }) => ({
    transform,
    options: parseOptions(transform, options),
  }));
  const built = parsed.map(({ transform, options }) => transform.build(options));
  const transformed = (description: DatasetDescription): DatasetDescription => ({
    ...description,
    image: shapesOf(built, description.image).at(-1)!,
  });
  const identity = JSON.stringify(
    parsed.map(({ transform: { name, version }, options }) => ({ name, version, options })),
  );
  return Object.freeze({
    ...dataset,
    describe: (options, folders) => transformed(dataset.describe(options, folders)),
    async prepare(context) {
      const prepared = await dataset.prepare(context);
      const description = transformed(prepared.description);
      return {
        description,
        checksum: await sha256Text(`${prepared.checksum}\n${identity}\n`),
        counts: prepared.counts,
        open: async (split) => new TransformedSource(await prepared.open(split), built),
      };
    },
  } satisfies Dataset<Options>);
}

/** Shapes before, between and after the transforms. */
function shapesOf(transforms: readonly BuiltTransform[], image: ImageShape): ImageShape[] {
  const shapes = [image];
  for (const transform of transforms) shapes.push(transform.shape(shapes.at(-1)!));
  return shapes;
}

class TransformedSource implements ImageSource {
  readonly count: number;
  readonly image: ImageShape;
  readonly targetSize: number;
  readonly readTargets?: (indices: ArrayLike<number>) => Promise<Float32Array>;
  readonly #source: ImageSource;
  readonly #transforms: readonly BuiltTransform[];
  readonly #shapes: readonly ImageShape[];

  constructor(source: ImageSource, transforms: readonly BuiltTransform[]) {
    this.#source = source;
    this.#transforms = transforms;
    this.#shapes = shapesOf(transforms, source.image);
    this.count = source.count;
    this.image = this.#shapes.at(-1)!;
    this.targetSize = source.targetSize;
    if (source.readTargets) this.readTargets = (indices) => source.readTargets!(indices);
  }

  async read(indices: ArrayLike<number>): Promise<ImageBatch> {
    const batch = await this.#source.read(indices);
    const [from, to] = [imageSize(this.#source.image), imageSize(this.image)];
    const images = new Uint8Array(indices.length * to);
    const between = this.#shapes.slice(1, -1).map((shape) => new Uint8Array(imageSize(shape)));
    for (let i = 0; i < indices.length; i++) {
      let input = batch.images.subarray(i * from, (i + 1) * from);
      this.#transforms.forEach((transform, step) => {
        const output = between[step] ?? images.subarray(i * to, (i + 1) * to);
        transform.apply(input, output, this.#shapes[step]!);
        input = output;
      });
    }
    return { images, targets: batch.targets };
  }

  close(): Promise<void> {
    return this.#source.close();
  }
}
