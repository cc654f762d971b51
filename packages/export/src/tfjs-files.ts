import { packWeights, type ModelArtifacts } from './model-artifacts.ts';

/** Name of the weights in {@link tfjsFiles}. */
const WEIGHTS = 'weights.bin';

/**
 * A model as the files that `tf.loadLayersModel` reads over http, and from `file://` with `@tensorflow/tfjs-node`.
 * @returns content by file name
 */
export function tfjsFiles(artifacts: ModelArtifacts): Record<string, Uint8Array | string> {
  const { specs, data } = packWeights(artifacts);
  const model = {
    format: 'layers-model',
    generatedBy: 'paretrain',
    convertedBy: null,
    modelTopology: artifacts.topology,
    weightsManifest: [{ paths: [WEIGHTS], weights: specs }],
  };
  return { 'model.json': `${JSON.stringify(model)}\n`, [WEIGHTS]: new Uint8Array(data) };
}
