import { readRange, type ByteSource } from '../byte-source.ts';
import { decodeValues } from '../decode-values.ts';
import { DTYPE_BYTES } from '../weight-dtype.ts';
import type { WeightFile } from '../weight-file.ts';
import { PytorchError } from './pytorch-error.ts';
import type { PytorchStorage, PytorchTensor } from './pytorch-tensor.ts';
import { READ_STORAGES } from './storage-types.ts';

/**
 * A weight file of tensors whose storages lie somewhere in the source.
 * @param locate byte offset of a storage's first element
 */
export function pytorchWeightFile(
  source: ByteSource,
  tensors: ReadonlyMap<string, PytorchTensor>,
  locate: (storage: PytorchStorage) => Promise<number>,
): WeightFile {
  return {
    shapes: Object.fromEntries(Array.from(tensors, ([name, { shape }]) => [name, shape])),
    metadata: {},
    async read(name) {
      const tensor = tensors.get(name);
      if (!tensor) {
        throw new PytorchError(`tensor '${name}': not in the file, valid: ${[...tensors.keys()].join(', ')}`);
      }
      const { storage, shape, offset } = tensor;
      const dtype = READ_STORAGES[storage.type];
      if (!dtype) {
        const valid = Object.keys(READ_STORAGES).join(', ');
        throw new PytorchError(`tensor '${name}': received a ${storage.type}, valid: ${valid}`);
      }
      if (tensor.size === 0) return { shape, dtype, data: new Float32Array(0) };
      const bytes = DTYPE_BYTES[dtype];
      const start = (await locate(storage)) + offset * bytes;
      const stretch = await readRange(
        source,
        start,
        (tensor.end - offset) * bytes,
        `PyTorch file: tensor '${name}'`,
      );
      return { shape, dtype, data: tensor.gather(decodeValues(stretch, dtype)) };
    },
  };
}
