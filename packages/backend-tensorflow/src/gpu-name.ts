import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/**
 * The product name of the CUDA device that tfjs-node computes on: the last of those that this process may see. Null where
 * `nvidia-smi` cannot tell.
 */
export async function gpuName(visible = process.env['CUDA_VISIBLE_DEVICES']): Promise<string | null> {
  const chosen = visible?.split(',').at(-1)?.trim();
  const query = ['--query-gpu=name', '--format=csv,noheader'];
  try {
    const { stdout } = await promisify(execFile)('nvidia-smi', chosen ? [...query, '-i', chosen] : query, {
      timeout: 10_000,
    });
    return stdout.trim().split('\n').at(-1)?.trim() || null;
  } catch {
    return null;
  }
}
