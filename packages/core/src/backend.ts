import type { BackendInstaller } from './backend-installer.ts';
import { definePlugin, type PluginBase, type PluginDefinition } from './plugin.ts';

/** What `paretrain backends` shows of a backend on this machine. */
export interface BackendAvailability {
  readonly available: boolean;
  /** The device behind it, such as a CPU or GPU name; null where there is none. */
  readonly device: string | null;
  /** True where a graphics device is imitated by the processor: correct, but far slower than the WASM backend. */
  readonly software: boolean;
  /** Versions of what it is made of, by package or library. */
  readonly versions: Readonly<Record<string, string>>;
  /** SIMD level in use, where it has one. */
  readonly simd: string | null;
  /** Threads of the processor that compute; null where a device of its own does, or where they are not known. */
  readonly threads: number | null;
  /** Why it cannot be used, and the command that mends it; null when it can. */
  readonly reason: string | null;
  readonly fix: string | null;
}

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
