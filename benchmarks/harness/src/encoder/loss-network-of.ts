import { DataError, type LossNetwork } from '@paretrain/core';
import type { RunResult } from '@paretrain/store';
import { lossNetworkFolders } from '../folders.ts';
import type { PluginRegistry } from '../registry/registry.ts';
import type { RunFolders } from '../run/messages.ts';
import { benchAgain } from './bench-again.ts';

export interface LossNetworkOptions {
  readonly registry: Pick<PluginRegistry, 'load'>;
  readonly folders: RunFolders;
  readonly signal?: AbortSignal;
}

/**
 * Loads the loss network whose features a run's encoder sees, on the current backend.
 * @throws {DataError} where it has other weights by now
 */
export async function lossNetworkOf(
  result: RunResult,
  { registry, folders, signal }: LossNetworkOptions,
): Promise<LossNetwork> {
  const use = result.settings.lossNetwork;
  if (!use)
    throw new DataError(
      `run '${result.id}': its encoder sees features, but its settings name no loss network`,
    );
  const plugin = await registry.load('loss-network', use.name);
  const network = await plugin.load({
    options: use.options as never,
    ...lossNetworkFolders(folders),
    ...(signal && { signal }),
  });
  if (network.weightsChecksum === use.weightsChecksum) return network;
  network.dispose();
  throw new DataError(
    `loss network '${use.name}' has weights ${network.weightsChecksum}, run '${result.id}' was trained with ${use.weightsChecksum}; ` +
      `valid: those, or the run done again: ${benchAgain(result)}`,
  );
}
