import { DataError } from '@paretrain/core';
import { findDataFile } from '@paretrain/core/node';
import { WeightFileError, openWeights } from '@paretrain/weights';
import { fileSource } from '@paretrain/weights/node';
import type { LpipsContext, LpipsNet } from '../lpips-context.ts';

/** All three networks' heads in one file, under names that begin with the network's. */
const COMMON_FILE = 'weights/lpips_lin_v0.1.safetensors';

/**
 * The linear heads of LPIPS, one weight a channel of each layer: from the reference implementation's own file or from a
 * safetensors file of all three.
 * @param channels of each layer
 * @throws {DataError} where there is neither file, it is damaged or of another network
 */
export async function readHeads(
  net: LpipsNet,
  channels: readonly number[],
  context: LpipsContext,
): Promise<readonly Float32Array[]> {
  const ownFile = `weights/${net}.pth`;
  const own = await findDataFile(context, ownFile);
  const path = own ?? (await findDataFile(context, COMMON_FILE));
  if (path === undefined) {
    throw new DataError(
      `LPIPS '${net}': no '${ownFile}' (lpips/weights/v0.1 of github.com/richzhang/PerceptualSimilarity) or '${COMMON_FILE}' ` +
        'in the data folder; name the folder that has it with --data-dir',
    );
  }
  const source = await fileSource(path);
  try {
    const file = await openWeights(source);
    const heads: Float32Array[] = [];
    for (const [i, count] of channels.entries()) {
      const name = `${own === undefined ? `${net}.` : ''}lin${i}.model.1.weight`;
      const { data, shape } = await file.read(name);
      if (shape.join() !== [1, count, 1, 1].join() || !data.every(Number.isFinite)) {
        throw new WeightFileError(
          `tensor '${name}': received shape [${shape.join(', ')}], valid: [1, ${count}, 1, 1], all finite`,
        );
      }
      heads.push(data);
    }
    return heads;
  } catch (error) {
    if (!(error instanceof WeightFileError)) throw error;
    throw new DataError(`LPIPS '${net}': ${path}: ${error.message}`, { cause: error });
  } finally {
    await source.close();
  }
}
