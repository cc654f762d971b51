import { splitForValidation, type ImageShape, type Split, type TargetDescription } from '@paretrain/core';
import { hashJson, type PluginUse } from '@paretrain/store';
import type { PlannedRun } from '../plan/plan.ts';

/** One thing whose training step is measured. */
export interface CostCell {
  readonly method: PluginUse;
  readonly lossNetwork: PluginUse | null;
  /** Random transformations that are part of the step; left out where there are none. */
  readonly augmentation?: PluginUse;
  readonly backend: string;
  readonly image: ImageShape;
  /** Kind of target that synthetic images get. */
  readonly target: TargetDescription;
  readonly batchSize: number;
  readonly latentSize: number;
  readonly targets: 'computed' | 'cached';
  /** Images of an epoch, for seconds per epoch; null where only steps are asked for. */
  readonly imagesPerEpoch: number | null;
}

/** The cell whose cost is that of a run's epochs. */
export function costCellOf(
  run: PlannedRun,
  counts: Readonly<Record<Split, number>>,
  targets: CostCell['targets'],
): CostCell {
  return {
    method: run.method,
    lossNetwork: run.lossNetwork,
    ...(run.augmentation && { augmentation: run.augmentation }),
    backend: run.backend,
    image: run.description.image,
    target: run.description.target,
    batchSize: run.training.batchSize,
    latentSize: run.latentSize,
    targets,
    imagesPerEpoch: splitForValidation(counts[run.trainsOn], run.training.validationFraction).training,
  };
}

/** Names everything that decides a step's time: readable in front, then the hash of it. */
export function stepId(cell: CostCell): string {
  const { imagesPerEpoch: _length, ...step } = cell;
  const { method, batchSize, latentSize, image, targets, backend } = cell;
  const front = `${method.name}_${backend}_b${batchSize}_z${latentSize}_${image.height}x${image.width}_${targets}`;
  return `${front}_${hashJson(step, 8)}`;
}

/** File name of a cell's stored cost: its step, and how long its epoch is. */
export function cellId(cell: CostCell): string {
  const id = stepId(cell);
  return cell.imagesPerEpoch === null ? id : `${id}_n${cell.imagesPerEpoch}`;
}
