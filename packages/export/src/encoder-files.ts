import type { ImageShape } from '@paretrain/core';
import { writeSafetensors } from '@paretrain/weights';
import type * as tf from '@tensorflow/tfjs';
import { channelsFirst } from './channels-first.ts';
import type { ExportFormat } from './export-formats.ts';
import { layerChain } from './layer-chain.ts';
import { modelArtifacts } from './model-artifacts.ts';
import type { Preparation } from './preparation.ts';
import { pytorchCode } from './pytorch/pytorch-code.ts';
import { pytorchTensors } from './pytorch/pytorch-tensors.ts';
import { tfjsFiles } from './tfjs-files.ts';
import { usageModule, usagePackages, type UsedTransform } from './usage-module.ts';
import { usageReadme } from './usage-readme.ts';

export interface EncoderToExport {
  /** Images [batch, height, width, channels] in [0, 1] to embeddings [batch, size]. */
  readonly model: tf.LayersModel;
  readonly preparation: Preparation;
  /** Where each of the preparation's transforms comes from. */
  readonly transforms: readonly UsedTransform[];
  /** One line about it for readers: the method and what it was trained on. */
  readonly title: string;
  /** Facts about it, by name, for the README: the run, the data set, how good it was. */
  readonly facts: Readonly<Record<string, string>>;
}

/**
 * The files of an encoder for use elsewhere, with a README that says how, and a module to run where there is the format `tfjs`.
 * @returns content by path; the same encoder gives the same bytes
 * @throws {ConfigurationError} where a format cannot hold the network, naming the layer and what to do
 */
export async function encoderFiles(
  encoder: EncoderToExport,
  formats: readonly ExportFormat[],
): Promise<Record<string, Uint8Array | string>> {
  const { model, preparation, transforms, title, facts } = encoder;
  const image = imageOf(model);
  const size = model.outputs[0]!.shape[1]!;
  const files: Record<string, Uint8Array | string> = {};
  if (formats.includes('tfjs')) {
    for (const [name, content] of Object.entries(tfjsFiles(await modelArtifacts(model)))) {
      files[`tfjs/${name}`] = content;
    }
    files['embed.mjs'] = usageModule({ preparation, transforms });
  }
  let python: string | null = null;
  if (formats.includes('safetensors') || formats.includes('onnx')) {
    const steps = channelsFirst(await layerChain(model));
    if (formats.includes('safetensors')) {
      files['encoder.safetensors'] = writeSafetensors(pytorchTensors(steps), { format: 'pt' });
      python = pytorchCode(steps, 'encoder.safetensors');
    }
    if (formats.includes('onnx')) {
      // With protobuf.js, which nothing else needs.
      const { onnxFile } = await import('./onnx/onnx-file.ts');
      files['encoder.onnx'] = onnxFile(steps, image, size);
    }
  }
  files['README.md'] = usageReadme({
    ...{ title, facts, formats, image, size, preparation, python },
    packages: usagePackages(transforms),
  });
  return files;
}

function imageOf(model: tf.LayersModel): ImageShape {
  const [, height, width, channels] = model.inputs[0]!.shape as [null, number, number, number];
  return { height, width, channels };
}
