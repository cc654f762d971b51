import type { Claim } from './claim.ts';
import type { TargetDescription } from './dataset.ts';
import type { SubsetChoice } from './subset-dataset.ts';
import type { TrainingSettings } from './training/settings.ts';
import { definePlugin, type PluginBase, type PluginChoice, type PluginDefinition } from './plugin.ts';

export const PROFILES = ['smoke', 'quick', 'reduced', 'paper'] as const;
/** The scale of a suite: seconds, minutes, hours, the published settings. */
export type ProfileName = (typeof PROFILES)[number];

/** The metric that stands for a method, such as 'mlp.accuracy', by the data set's kind of target. */
export type Headline = Readonly<Record<TargetDescription['kind'], string>>;

export interface MethodChoice extends PluginChoice {
  /** What tells this choice from others of the same method, for tables and claims, such as 'rotation + crop'. */
  readonly variant?: string;
  /** Only on these data sets; left out: on all of them. */
  readonly datasets?: readonly string[];
  /** Instead of the data set's. */
  readonly augmentation?: PluginChoice;
  /** A row to compare with (untrained encoder, predict the mean), not one of the suite's methods. */
  readonly reference?: boolean;
  /** Metric that stands for this method in tables; default: the profile's. */
  readonly headline?: Headline;
}

export interface DatasetChoice extends PluginChoice {
  /** Transforms of its images, in this order. */
  readonly transforms?: readonly PluginChoice[];
  /** Part of its images that is used. */
  readonly subset?: SubsetChoice;
  /** Latent sizes on this data set, where they differ from the profile's. */
  readonly latentSizes?: readonly number[];
  /** For the methods that train on transformed images. */
  readonly augmentation?: PluginChoice;
}

/**
 * Name of the metric that an evaluator of {@link SuiteProfile.everyEpoch} adds to each of its own: its best value over the epochs, such
 * as 'linear-svm.bestAccuracy' beside 'linear-svm.accuracy', which is of the epoch that was kept.
 */
export function bestOverEpochs(metric: string): string {
  return `best${metric.charAt(0).toUpperCase()}${metric.slice(1)}`;
}

/** How the cost of an epoch is measured: at the batch size that trains, and at those named here. */
export interface CostChoice {
  /** Batch sizes beside the one that trains; claims about time are judged at the published one. */
  readonly batchSizes?: readonly number[];
  /** Whether the loss network's features of fixed images are computed at every step or taken from a cache. */
  readonly targets: 'computed' | 'cached';
  /** Interleaved rounds over all cells, and steps of each cell in a round. */
  readonly rounds: number;
  readonly stepsPerRound: number;
}

/** One scale of a suite: everything that decides its matrix. */
export interface SuiteProfile {
  readonly datasets: readonly DatasetChoice[];
  /** How much is used of a data set that the user names and that is none of `datasets`; left out: all of it. */
  readonly otherDatasets?: Pick<DatasetChoice, 'subset'>;
  readonly methods: readonly MethodChoice[];
  readonly latentSizes: readonly number[];
  /** Seeds 0 to seeds - 1. */
  readonly seeds: number;
  readonly training: Partial<TrainingSettings>;
  /** An axis of the matrix: methods that use a loss network run with each of these, others once. */
  readonly lossNetworks: readonly PluginChoice[];
  readonly evaluators: readonly PluginChoice[];
  /** Those of the evaluators that also look at the method after every epoch; see {@link bestOverEpochs}. */
  readonly everyEpoch?: readonly string[];
  readonly headline: Headline;
  /** Left out where the suite is not about cost. */
  readonly cost?: CostChoice;
  /** How long it took when it was last timed, for the first estimate on a new machine. */
  readonly expected: { readonly seconds: number; readonly cores: number };
}

/** A published table, cell by cell. */
export interface PublishedTable {
  /** Paper and table, such as '000, Table I'. */
  readonly source: string;
  /** Full name of the stored metric that it is compared with, or 'headline': the one that stands for each method. */
  readonly metric: string;
  /** 'best': the values are ratios to the best method of the same data set, such as the smallest error by a method's own; 1 is best. */
  readonly relativeTo?: 'best';
  /** Of the values, which are in the metric's own unit unless they are relative. */
  readonly unit: string;
  /** In a sentence: what keeps its values from being compared like for like. */
  readonly note?: string;
  readonly rows: readonly {
    readonly dataset: string;
    readonly method: string;
    /** Of several choices of the method: see {@link MethodChoice}. */
    readonly variant?: string;
    /** Left out: the mean over the latent sizes that were run, or what the paper does not say. */
    readonly latentSize?: number;
    readonly value: number;
    readonly deviation?: number;
  }[];
}

/** One experiment matrix and the claims tested on it. */
export interface Suite extends PluginBase<'suite', Record<string, never>> {
  readonly title: string;
  readonly paper: { readonly id: string; readonly title: string };
  readonly profiles: Readonly<Record<ProfileName, SuiteProfile>>;
  readonly published: readonly PublishedTable[];
  readonly claims: readonly Claim[];
}

/** Defines a suite as a plugin. */
export function defineSuite(definition: PluginDefinition<Suite>): Suite {
  return definePlugin<'suite', Suite>('suite', definition);
}
