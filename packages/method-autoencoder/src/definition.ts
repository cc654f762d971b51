import type { Objective } from '@paretrain/core';

/** A point of the autoencoder algebra: what is encoded, what is decoded, and how the two are compared. */
export interface AutoencoderDefinition {
  /** Public name of the method. */
  readonly name: string;
  /** Changes whenever results can change. Default '1.0.0'. */
  readonly version?: string;
  readonly label?: string;
  readonly description: string;
  /** Paper and section, or URL, that defines it. */
  readonly source?: string;
  /** What the encoder sees: the image, or the loss network's features of it. */
  readonly encoder: 'image' | 'features';
  /** What the decoder puts out; must be what `objective` predicts. */
  readonly decoder: 'image' | 'features';
  /** The reconstruction loss. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- any options: its own schema checks them
  readonly objective: Objective<any>;
  /** Whether the embedding is a Gaussian that is sampled and held near the unit Gaussian. Default false. */
  readonly variational?: boolean;
  /** Which image is encoded. Default 'original'. */
  readonly input?: 'original' | 'augmented';
  /** Which image the decoder has to give back. 'augmented' is the same transformed image as the input. Default 'original'. */
  readonly target?: 'original' | 'augmented';
}

/** A definition with its defaults filled in. */
export type CompleteDefinition = Required<Omit<AutoencoderDefinition, 'label' | 'source' | 'version'>>;
