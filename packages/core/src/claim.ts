/** A row of the matrix: one method on one data set. */
export interface ClaimRow {
  readonly dataset: string;
  readonly method: string;
  /** Of several choices of the method in a suite; left out: the one that has none. */
  readonly variant?: string;
  /** Left out: the mean over the latent sizes that were run, the same for all rows that are compared. */
  readonly latentSize?: number;
}

/** A value for each seed. */
export type BySeed = ReadonlyMap<number, number>;

/** A value that was measured apart from the seeds, such as the cost of an epoch. */
export interface MeasuredValue {
  readonly value: number;
  /** 95 % interval. */
  readonly interval: readonly [number, number];
}

/** What a claim may ask of the results. Each throws {@link MissingEvidence} where there is not what is asked for. */
export interface Evidence {
  /** Latent sizes that were run on a data set, from the smallest: for what is said of the best. */
  latentSizes(dataset: string): readonly number[];
  /** The metric that stands for a method in tables, such as accuracy (a share) or distance (pixels). */
  headline(row: ClaimRow): BySeed;
  /** A metric by its full name, such as 'linear.accuracy'. */
  metric(row: ClaimRow, name: string): BySeed;
  /** A metric after every epoch, from the first; only of evaluators that look at every epoch. */
  curve(row: ClaimRow, name: string): ReadonlyMap<number, readonly number[]>;
  /** Epochs until the one whose weights were kept. */
  bestEpoch(row: ClaimRow): BySeed;
  /** Seconds of a phase, such as 'train' or 'total'. */
  seconds(row: ClaimRow, phase: string): BySeed;
  /** Seconds of an epoch's training steps. */
  secondsPerEpoch(row: ClaimRow): MeasuredValue;
  /** Seconds that it takes to encode an image. */
  secondsPerEncoding(row: ClaimRow): MeasuredValue;
}

/** Why a claim cannot be decided. */
export class MissingEvidence extends Error {
  override readonly name = 'MissingEvidence';
}

/** One value for each seed, or one that was measured with its interval. */
export type SingleEffect = BySeed | MeasuredValue;

/**
 * Several effects of which some have to lie in the range, whichever they are: 'better than at least four of these five'. Never the
 * best or worst of each seed, which lies beside the middle even where all are alike.
 */
export interface AtLeast {
  /** How many of them, from 1. */
  readonly atLeast: number;
  readonly of: readonly SingleEffect[];
}

export type Effect = SingleEffect | AtLeast;

/** One thing that a claim says, as a number that has to lie in a range. */
export interface Comparison {
  /** In words: 'accuracy of I-F-FP less that of I-I-PS, svhn'. */
  readonly what: string;
  readonly unit: string;
  /** Judged at each latent size that was run on this data set, by evidence of that size alone; left out: once. */
  readonly atEverySizeOf?: string;
  effect(evidence: Evidence): Effect;
  /** Where the effect lies if the claim holds; open on the sides that are left out. */
  readonly holds: { readonly above?: number; readonly below?: number };
}

/** A machine-checkable statement of a paper. It holds when all of its comparisons do. */
export interface Claim {
  readonly id: string;
  /** In our words. */
  readonly statement: string;
  /** Paper, section or table. */
  readonly source: string;
  /** What is tested where text and table disagree, or where words such as 'about' had to be given a range. */
  readonly reading?: string;
  readonly comparisons: readonly Comparison[];
}
