import * as tf from '@tensorflow/tfjs';
import { serve } from '../process/serve.ts';
import { PluginRegistry } from '../registry/registry.ts';
import { openMatrixSession } from './matrix-session.ts';
import type { CostRequest, CostResponse, FinishedCell, OpenedCell } from './messages.ts';
import { peakMemoryBytes } from './peak-memory.ts';
import { sample, warmUp } from './sample.ts';
import type { Session } from './session.ts';
import { openStepSession } from './step-session.ts';

tf.enableProdMode();
let session: Session | undefined;

async function open(request: Extract<CostRequest, { type: 'open' }>): Promise<OpenedCell> {
  const registry = await PluginRegistry.discover(request.pluginsFrom);
  session = request.cell
    ? await openStepSession(registry, request.cell, request.folders)
    : await openMatrixSession(registry, request.backend);
  await session.step();
  const { backend, parameters, targets } = session;
  return { backend, parameters, targets, peakBytes: peakMemoryBytes() };
}

async function finish(opened: Session): Promise<FinishedCell> {
  // Read first: embedding and counting, which copies every kernel's output, are no part of training.
  const peakBytes = peakMemoryBytes();
  return {
    peakBytes,
    encodeMsPerImage: await opened.encodeMsPerImage(),
    augmentationMsPerStep: await opened.augmentationMsPerStep(),
    kernels: await opened.kernels(),
    networks: await opened.networks(),
  };
}

serve<CostRequest, never, CostResponse>(async (request) => {
  if (request.type === 'open') return open(request);
  if (!session) throw new Error(`cost process: received '${request.type}' before 'open'`);
  switch (request.type) {
    case 'warm-up':
      await warmUp(() => session!.step());
      return null;
    case 'steps':
      return sample(request.count, () => session!.step());
    case 'finish':
      return finish(session);
  }
});
