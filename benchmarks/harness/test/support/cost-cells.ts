import { parseOptions, type TargetDescription } from '@paretrain/core';
import type { CostCell } from '../../src/cost/cell.ts';
import type { PluginRegistry } from '../../src/registry/registry.ts';

export const TARGET: TargetDescription = {
  kind: 'position',
  names: ['x', 'y'],
  unit: 'pixel',
  offset: [32, 32],
  scale: [32, 32],
};

/** A small cell: 64x64 pixels, batch 2, z 8, on wasm, with the untrained loss network where one is needed. */
export async function costCell(
  registry: PluginRegistry,
  name: string,
  changes: Partial<CostCell> = {},
  options: Record<string, unknown> = {},
): Promise<CostCell> {
  const plugin = await registry.load('method', name);
  const network = await registry.load('loss-network', 'random');
  const use = (found: typeof plugin | typeof network, given: Record<string, unknown>) => ({
    name: found.name,
    version: found.version,
    options: parseOptions<unknown>(found, given) as Record<string, unknown>,
  });
  const method = use(plugin, options);
  return {
    method,
    lossNetwork: plugin.needsLossNetwork(method.options) ? use(network, {}) : null,
    backend: 'wasm',
    image: { height: 64, width: 64, channels: 3 },
    target: TARGET,
    batchSize: 2,
    latentSize: 8,
    targets: 'computed',
    imagesPerEpoch: 101,
    ...changes,
  };
}
