import type { ImageShape, TargetDescription } from '@paretrain/core';
import { hashJson, type PluginUse } from '@paretrain/store';

/** One thing whose training step is measured. */
export interface CostCell {
  readonly method: PluginUse;
  readonly lossNetwork: PluginUse | null;
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

/** File name of a cell's stored cost: readable in front, then the hash of everything that decides it. */
export function cellId(cell: CostCell): string {
  const { method, batchSize, latentSize, image, targets, backend } = cell;
  const front = `${method.name}_${backend}_b${batchSize}_z${latentSize}_${image.height}x${image.width}_${targets}`;
  return `${front}_${hashJson(cell, 8)}`;
}
