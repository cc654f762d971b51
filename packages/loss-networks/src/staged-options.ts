import { z } from 'zod';

/** Defaults that differ between networks. */
export interface StagedDefaults {
  readonly layer: string;
  readonly normalise: boolean;
  readonly sigmoid: boolean;
}

/** Options of every pretrained network that is made of stages. */
export interface StagedOptions {
  /** Whose output the features are. */
  readonly layer: string;
  /** Whether pixels are brought to what the network was trained on; papers 000 to 002 feed [0, 1] as it is. */
  readonly normalise: boolean;
  /** Whether a sigmoid follows, as in papers 000 and 001. */
  readonly sigmoid: boolean;
  /** Sides to which images are padded with zeros, in pixels, as if they were fed so; null for none. */
  readonly padTo: number | null;
}

export function stagedOptions(
  layers: readonly string[],
  { layer, normalise, sigmoid }: StagedDefaults,
): z.ZodType<StagedOptions> {
  return z.strictObject({
    layer: z.enum(layers).default(layer),
    normalise: z.boolean().default(normalise),
    sigmoid: z.boolean().default(sigmoid),
    padTo: z.number().int().min(1).max(4096).nullable().default(null),
  });
}
