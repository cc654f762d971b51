import type { ByteSource } from '../byte-source.ts';
import type { WeightFile } from '../weight-file.ts';
import { openLegacyPytorch } from './open-legacy.ts';

/**
 * Opens a file of weights that `torch.save` wrote, of the zip format (since PyTorch 1.6) or the one before. Nothing in it is run:
 * whatever is not a tensor, container, number or text is refused by name. float32, float16 and bfloat16 tensors are
 * read; others may be in the file, and are refused when they are asked for.
 * @throws {WeightFileError}
 */
export async function openPytorch(source: ByteSource): Promise<WeightFile> {
  if (!(await isZip(source))) return openLegacyPytorch(source);
  // The reader of archives is larger than all the rest, and most programs open none.
  const { openZippedPytorch } = await import('./open-zip.ts');
  return openZippedPytorch(source);
}

/** Whether a source begins as a zip archive does. */
async function isZip(source: ByteSource): Promise<boolean> {
  if (source.size < 4) return false;
  const head = await source.read(0, 4);
  return head[0] === 0x50 && head[1] === 0x4b && head[2] === 3 && head[3] === 4;
}
