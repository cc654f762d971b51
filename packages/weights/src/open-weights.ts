import type { ByteSource } from './byte-source.ts';
import { openSafetensors } from './open-safetensors.ts';
import { openPytorch } from './pytorch/open-pytorch.ts';
import type { WeightFile } from './weight-file.ts';

/**
 * Opens a weight file of any format that is read, told by its first bytes: safetensors has a '{' behind eight bytes of length, PyTorch's
 * formats begin as a pickle or a zip archive.
 * @throws {WeightFileError} where it is damaged or of none of them
 */
export async function openWeights(source: ByteSource): Promise<WeightFile> {
  const head = await source.read(0, Math.min(9, source.size));
  return head[8] === 0x7b ? openSafetensors(source) : openPytorch(source);
}
