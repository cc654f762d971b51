import { parseOptions, type BackendAvailability } from '@paretrain/core';
import type { KernelFlops } from './flops.ts';
import type { NetworkFlops } from './layer-flops.ts';
import type { MedianInterval } from './median-interval.ts';
import type { PluginRegistry } from '../registry/registry.ts';

/** Something whose steps can be timed. */
export interface Session {
  readonly backend: BackendAvailability;
  /** Trained parameters; 0 for the matrix product. */
  readonly parameters: number;
  readonly targets: 'computed' | 'cached' | 'none';
  step(): Promise<void>;
  /** Floating-point operations of one step, by kernel; runs one. */
  kernels(): Promise<KernelFlops[]>;
  /** Forward operations of one image, layer by layer; none for the matrix product. */
  networks(): Promise<NetworkFlops[]>;
  /** Milliseconds to embed one image, as part of a batch; null without an encoder. */
  encodeMsPerImage(): Promise<MedianInterval | null>;
  /** Milliseconds of a step that random transformations of its images take; null without any. */
  augmentationMsPerStep(): Promise<number | null>;
}

/** Makes a backend tfjs's current one. */
export async function activateBackend(registry: PluginRegistry, name: string): Promise<BackendAvailability> {
  const plugin = await registry.load('backend', name);
  return plugin.activate(parseOptions(plugin, {}));
}
