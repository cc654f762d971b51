import { DataError } from '@paretrain/core';
import { readSafetensors, writeSafetensors } from '@paretrain/weights';
import { z } from 'zod';
import type { EncoderInput } from './encoder-model.ts';
import type { ModelArtifacts } from './model-artifacts.ts';
import { preparation, type Preparation } from './preparation.ts';

/** A trained encoder with all that is needed to use it. */
export interface StoredEncoder {
  readonly artifacts: ModelArtifacts;
  readonly input: EncoderInput;
  readonly preparation: Preparation;
}

/** Version of the file; readers refuse any other. */
const FORMAT = 'paretrain-encoder-1';

const about = z.object({
  topology: z.looseObject({}),
  input: z.enum(['images', 'features']),
  preparation,
});

/** An encoder as one safetensors file: weights under their tfjs names, the rest as JSON in the metadata. The same encoder gives the same bytes. */
export function writeEncoderFile({ artifacts, input, preparation }: StoredEncoder): Uint8Array {
  const { topology, weights } = artifacts;
  return writeSafetensors(weights, {
    format: FORMAT,
    about: JSON.stringify({ topology, input, preparation }),
  });
}

/**
 * @param path for errors
 * @throws {DataError} where it is no such file
 */
export function readEncoderFile(bytes: Uint8Array, path: string): StoredEncoder {
  try {
    const { tensors, metadata } = readSafetensors(bytes);
    if (metadata['format'] !== FORMAT) {
      throw new DataError(`format: received ${JSON.stringify(metadata['format'])}, valid: '${FORMAT}'`);
    }
    const { topology, ...rest } = about.parse(JSON.parse(metadata['about'] ?? ''));
    return { artifacts: { topology, weights: tensors }, ...rest };
  } catch (cause) {
    throw new DataError(`${path}: no stored encoder: ${(cause as Error).message}`, { cause });
  }
}
