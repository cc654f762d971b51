import { ParetrainError } from '@paretrain/core';
import { lookAtTensorflow } from '../../src/availability.ts';
import { tensorflowInstaller } from '../../src/install/installer.ts';
import { installRequest } from '../../src/install/request.ts';

/** How npm and pip say that there is no network, or no index that they may use. */
const NO_NETWORK =
  /ENOTFOUND|EAI_AGAIN|ECONN|ETIMEDOUT|E40\d|network|timed? ?out|resolution|Could not find a version/i;

/**
 * Sees to it that a real TensorFlow can be tested: what is installed, or in CI (where the variable CI is set) the Python
 * package of TensorFlow and a binding built against it, in the cache folder, where the next run finds them.
 *
 * @returns null, or why it is impossible here
 * @throws where it should have been possible
 */
export async function prepareTensorflow(): Promise<string | null> {
  const { available, reason, fix } = await lookAtTensorflow({ device: 'auto' });
  if (available) return null;
  if (!process.env['CI'])
    return `${reason} ${fix} --wheel installs it; with CI=1 in the environment this test does.`;
  const request = installRequest.parse({ wheel: true });
  try {
    await tensorflowInstaller.plan(request);
  } catch (error) {
    // No compiler, no disk, another platform.
    if (error instanceof ParetrainError) return error.message;
    throw error;
  }
  try {
    await tensorflowInstaller.install(request);
    return null;
  } catch (error) {
    if (NO_NETWORK.test((error as Error).message)) return (error as Error).message;
    throw error;
  }
}
