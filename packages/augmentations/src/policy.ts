import {
  ConfigurationError,
  defineAugmentation,
  parseOptions,
  type Augmentation,
  type BuiltAugmentation,
} from '@paretrain/core';
import { z } from 'zod';
import { affine } from './affine.ts';
import { colourJitter } from './colour-jitter.ts';
import { crop } from './crop.ts';
import { cutout } from './cutout.ts';
import { gaussianNoise } from './gaussian-noise.ts';
import { greyScale } from './grey-scale.ts';
import { horizontalFlip } from './horizontal-flip.ts';
import { inSequence } from './in-sequence.ts';
import { oneOf } from './one-of.ts';
import { perTile } from './per-tile.ts';
import { rotation } from './rotation.ts';
import { verticalFlip } from './vertical-flip.ts';

/** A transformation whose options are known to nobody but itself. */
interface Member {
  readonly name: string;
  /** @throws {ConfigurationError} for options that it does not take */
  parse(options: unknown): Record<string, unknown>;
  build(options: unknown): BuiltAugmentation;
}

function member<Options extends Record<string, unknown>>(augmentation: Augmentation<Options>): Member {
  const parse = (options: unknown) => parseOptions(augmentation, options);
  return { name: augmentation.name, parse, build: (options) => augmentation.build(parse(options)) };
}

const MEMBERS: ReadonlyMap<string, Member> = new Map(
  [
    member(affine),
    member(colourJitter),
    member(crop),
    member(cutout),
    member(gaussianNoise),
    member(greyScale),
    member(horizontalFlip),
    member(rotation),
    member(verticalFlip),
  ].map((found) => [found.name, found]),
);

/** A name, or a name with options; all options are filled in, since they decide results and so the ids of runs. */
const choice = z
  .union(
    [z.string(), z.strictObject({ name: z.string(), options: z.record(z.string(), z.unknown()).optional() })],
    {
      error: 'valid: a name, or an object with a name and options',
    },
  )
  .transform((received, context) => {
    const { name, options } = typeof received === 'string' ? { name: received, options: {} } : received;
    const found = MEMBERS.get(name);
    if (!found) {
      context.addIssue({ code: 'custom', message: `valid: ${[...MEMBERS.keys()].join(', ')}` });
      return z.NEVER;
    }
    try {
      return { name, options: found.parse(options) };
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      context.addIssue({ code: 'custom', message: error.message });
      return z.NEVER;
    }
  });

const repeats = z.number().int().min(1).max(16).default(1);
const options = z.strictObject({
  /** One of these sequences is drawn for every image, its transformations applied in order; an empty one leaves the image as it is. */
  sequences: z
    .array(z.array(choice))
    .min(1)
    .prefault([['rotation'], ['affine'], ['crop'], ['cutout'], ['gaussian-noise']]),
  /** For images that the transform `tile` repeated: its rows and columns. The transformations then see one of the repeated images. */
  tiles: z.strictObject({ rows: repeats, columns: repeats }).prefault({}),
});
export type PolicyOptions = z.infer<typeof options>;

/**
 * Draws one of several sequences of transformations for every image, each as likely as the others. Sequences of one are the diagonal of
 * the paper's figures 11 to 13, of two its other cells. By default those of MNIST, one by one.
 */
export const policy = defineAugmentation<PolicyOptions>({
  name: 'policy',
  version: '1.0.0',
  description: 'Draws one of several sequences of transformations for every image',
  source: 'Bouayed et al. 2020, section 5.5',
  options,
  build: ({ sequences, tiles }) =>
    perTile(
      oneOf(
        sequences.map((sequence) =>
          inSequence(sequence.map(({ name, options }) => MEMBERS.get(name)!.build(options))),
        ),
      ),
      tiles,
    ),
});
