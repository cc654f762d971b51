import type { BackendAvailability } from './backend-availability.ts';
import type { BackendInstaller } from './backend-installer.ts';
import { definePlugin, type PluginBase, type PluginDefinition } from './plugin.ts';

/** Where tensors live and kernels run. */
export interface Backend<Options = unknown> extends PluginBase<'backend', Options> {
  /** Looks without changing the program's current backend where it can. Never throws. */
  probe(options: Options): Promise<BackendAvailability>;
  /**
   * Makes it tfjs's current backend, ready to train.
   * @throws {UnavailableError} with the fix, where it cannot be used
   */
  activate(options: Options): Promise<BackendAvailability>;
  /** For a backend whose native libraries do not come with its package. */
  readonly installer?: BackendInstaller;
}

/** Defines a backend as a plugin. */
export function defineBackend<Options>(definition: PluginDefinition<Backend<Options>>): Backend<Options> {
  return definePlugin<'backend', Backend<Options>>('backend', definition);
}
