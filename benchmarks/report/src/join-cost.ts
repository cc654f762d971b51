import type { ImageShape } from '@paretrain/core';
import { canonicalJson, type CostResult, type RunResult } from '@paretrain/store';

export interface JoinCostOptions {
  /** Shape of the run's images; default: what the data set's options say, else the only shape measured. */
  readonly image?: ImageShape;
  /** Host whose cells count; default: cells measured on a machine like the run's (platform, processor, cores). */
  readonly host?: string;
}

/**
 * The cost cell of a run: same method, loss network, augmentation, latent size, backend, image shape and batch size, on one host. Cells with the
 * run's own kind of targets (computed or cached) go first, then cells about as many images as the run trained on, then
 * the latest. Null where nothing matches, or where it is not clear which image shape the run had.
 */
export function joinCost(
  run: RunResult,
  costs: readonly CostResult[],
  options: JoinCostOptions = {},
): CostResult | null {
  const image = options.image ?? imageOf(run);
  const candidates = costs.filter(
    (cost) =>
      cost.method === run.method &&
      sameLossNetwork(cost, run) &&
      sameAugmentation(cost, run) &&
      cost.latentSize === run.latentSize &&
      cost.backend.name === run.backend.name &&
      cost.batchSize === run.settings.training['batchSize'] &&
      (image === undefined || sameShape(cost.image, image)) &&
      (options.host === undefined ? sameMachine(cost, run) : cost.host === options.host),
  );
  const [first] = candidates;
  if (!first) return null;
  if (candidates.some((cost) => !sameShape(cost.image, first.image))) return null;
  const rank = (cost: CostResult): number =>
    (cost.targets === run.targets ? 4 : 0) +
    (cost.secondsPerEpoch !== null ? 2 : 0) +
    (isEpochOf(cost, run) ? 1 : 0);
  return candidates.reduce((best, cost) => {
    const difference = rank(cost) - rank(best);
    if (difference !== 0) return difference > 0 ? cost : best;
    return Date.parse(cost.measuredAt) > Date.parse(best.measuredAt) ? cost : best;
  });
}

function sameLossNetwork(cost: CostResult, run: RunResult): boolean {
  const { lossNetwork } = run.settings;
  if (cost.lossNetwork !== (lossNetwork?.name ?? null)) return false;
  const { lossNetworkOptions } = cost;
  return (
    !lossNetworkOptions || canonicalJson(lossNetworkOptions) === canonicalJson(lossNetwork?.options ?? {})
  );
}

function sameAugmentation(cost: CostResult, { settings }: RunResult): boolean {
  return canonicalJson(cost.augmentation ?? null) === canonicalJson(settings.augmentation ?? null);
}

function sameShape(a: ImageShape, b: ImageShape): boolean {
  return a.height === b.height && a.width === b.width && a.channels === b.channels;
}

function sameMachine(cost: CostResult, run: RunResult): boolean {
  const [a, b] = [cost.environment, run.environment];
  return a.platform === b.platform && a.cpu === b.cpu && a.cores === b.cores;
}

/** The shape that the data set's options name, if they do. */
function imageOf(run: RunResult): ImageShape | undefined {
  const { image } = run.settings.dataset.options;
  if (typeof image !== 'object' || image === null) return undefined;
  const { height, width, channels } = image as Partial<Record<keyof ImageShape, unknown>>;
  if (typeof height !== 'number' || typeof width !== 'number' || typeof channels !== 'number')
    return undefined;
  return { height, width, channels };
}

/** Whether the cell's epoch has as many images as one of the run's splits, give or take a batch. */
function isEpochOf(cost: CostResult, run: RunResult): boolean {
  const images = cost.imagesPerEpoch;
  if (images === null) return false;
  const fraction = run.settings.training['validationFraction'];
  const share = 1 - (typeof fraction === 'number' ? fraction : 0);
  return Object.values(run.dataset.counts).some(
    (count) => Math.abs(count * share - images) <= cost.batchSize,
  );
}
