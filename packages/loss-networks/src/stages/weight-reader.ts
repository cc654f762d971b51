import type { Stage } from './stage.ts';

/**
 * Reads one weight of a network as row-major float32.
 * @throws {DataError} naming the network and the weight, where it is missing, has another shape or is not finite
 */
export type WeightReader = (name: string, shape: readonly number[]) => Promise<Float32Array>;

/** A step of an architecture that becomes a stage when its weights are read. */
export interface StagePlan {
  readonly name: string;
  /** Channels of its output. */
  readonly channels: number;
  build(read: WeightReader): Promise<Stage>;
}
