import { z } from 'zod';
import { SPLITS, type Dataset, type ImageSource, type PreparedDataset, type Split } from './dataset.ts';
import { ConfigurationError, DataError } from './errors.ts';
import { pickImages } from './pick-images.ts';
import { describeIssues } from './plugin.ts';
import { Rng } from './rng.ts';
import { sha256Text } from './sha256-text.ts';
import { stratifiedOrder } from './stratify.ts';

const size = z
  .number()
  .refine(
    (value) => (value > 0 && value <= 1) || (Number.isInteger(value) && value > 1),
    'valid: a number of images from 2, or a share of them up to 1',
  );

const subsetSettings = z.strictObject({
  /** Images of each split, or up to 1 their share. */
  size,
  /** Which images: of one seed, each smaller subset lies inside each larger one. */
  seed: z.number().int().min(0).default(0),
  /** The splits that are made smaller. `test` is whole unless it is named, so that results can be compared. */
  splits: z.array(z.enum(SPLITS)).min(1).default(['pretrain', 'train']),
  /** Whether a split that has fewer images than `size` is taken whole; left out, that is an error. */
  orFewer: z.literal(true).optional(),
});

/** A part of a data set, defaults filled in. */
export type Subset = z.infer<typeof subsetSettings>;
/** A part of a data set as users write it: its size alone, or with seed and splits. */
export type SubsetChoice = number | z.input<typeof subsetSettings>;

/** @throws {ConfigurationError} naming what was received and what is valid */
export function parseSubset(received: unknown): Subset {
  const given = typeof received === 'number' ? { size: received } : received;
  const parsed = subsetSettings.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new ConfigurationError(`subset: ${describeIssues(parsed.error, given, subsetSettings)}`);
}

/**
 * A data set of which only a part is used: stratified by class (at random where targets are no classes), and nested, so that of one
 * seed each smaller subset lies inside each larger one and all subsets of a split begin with the same images. Where `pretrain`
 * and `train` are the same images, so are their subsets. Every prefix is stratified too; so are the last images, which validate.
 *
 * @throws {DataError} from `prepare`, where a split has fewer images than asked for
 */
export function subsetDataset<Options>(dataset: Dataset<Options>, subset: Subset): Dataset<Options> {
  const smaller = (split: Split): boolean => subset.splits.some((name) => name === split);
  return Object.freeze({
    ...dataset,
    describe(options, folders) {
      const description = dataset.describe(options, folders);
      const { mostImages } = description;
      if (!mostImages) return description;
      const most = (split: Split) =>
        smaller(split) ? Math.min(imagesOf(subset, mostImages[split]), mostImages[split]) : mostImages[split];
      return {
        ...description,
        mostImages: { pretrain: most('pretrain'), train: most('train'), test: most('test') },
      };
    },
    async prepare(context) {
      const prepared = await dataset.prepare(context);
      const countOf = (split: Split): number => {
        const whole = prepared.counts[split];
        const count = smaller(split) ? imagesOf(subset, whole) : whole;
        if (count <= whole) return count;
        throw new DataError(
          `${dataset.name}: subset: received size ${count}, valid: at most ${whole}, the images of split '${split}', ` +
            'or a share up to 1, or other splits, or orFewer true',
        );
      };
      const counts = { pretrain: countOf('pretrain'), train: countOf('train'), test: countOf('test') };
      const orders = new Map<Split, Promise<Uint32Array>>();
      return {
        description: prepared.description,
        checksum: await sha256Text(`${prepared.checksum}\n${JSON.stringify(subset)}\n`),
        counts,
        async open(split) {
          const source = await prepared.open(split);
          if (!smaller(split)) return source;
          try {
            let order = orders.get(split);
            if (!order) orders.set(split, (order = orderOf(source, prepared, subset.seed)));
            return pickImages(source, (await order).subarray(0, counts[split]));
          } catch (error) {
            await source.close();
            throw error;
          }
        },
      };
    },
  } satisfies Dataset<Options>);
}

function imagesOf({ size: wanted, orFewer }: Subset, count: number): number {
  if (wanted <= 1) return Math.max(1, Math.round(wanted * count));
  return orFewer ? Math.min(wanted, count) : wanted;
}

const LABELS_AT_ONCE = 512;

async function orderOf(
  source: ImageSource,
  { description }: PreparedDataset,
  seed: number,
): Promise<Uint32Array> {
  const labels = new Float32Array(source.count);
  if (description.target.kind === 'class') {
    for (let start = 0; start < source.count; start += LABELS_AT_ONCE) {
      const indices = Array.from(
        { length: Math.min(LABELS_AT_ONCE, source.count - start) },
        (_, i) => start + i,
      );
      labels.set(
        source.readTargets ? await source.readTargets(indices) : (await source.read(indices)).targets,
        start,
      );
    }
  }
  return stratifiedOrder(labels, Rng.stream(seed, 'subset'));
}
