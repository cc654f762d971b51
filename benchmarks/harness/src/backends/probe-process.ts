import { parseOptions, type BackendAvailability } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { serve } from '../process/serve.ts';
import { PluginRegistry } from '../registry/registry.ts';

/** What the harness asks of a probe's process. */
export interface ProbeRequest {
  readonly pluginsFrom: string;
  readonly backend: string;
}

tf.enableProdMode();

serve<ProbeRequest, never, BackendAvailability>(async ({ pluginsFrom, backend }) => {
  const registry = await PluginRegistry.discover(pluginsFrom);
  const plugin = await registry.load('backend', backend);
  return plugin.probe(parseOptions(plugin, {}));
});
