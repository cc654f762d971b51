import { DataError, type LossNetwork } from '@paretrain/core';
import { lossNetworkFolders } from '../folders.ts';
import type { PluginRegistry } from '../registry/registry.ts';
import type { RunFolders } from '../run/messages.ts';
import { benchAgain } from './bench-again.ts';
import type { FoundRun } from './find-run.ts';

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
  run: FoundRun,
  { registry, folders, signal }: LossNetworkOptions,
): Promise<LossNetwork> {
  const { result } = run;
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
      `valid: those, or the run done again: ${benchAgain(run)}`,
  );
}
