import * as tf from '@tensorflow/tfjs';
import { serve } from '../process/serve.ts';
import { PluginRegistry } from '../registry/registry.ts';
import type { CostRequest, CostResponse } from './messages.ts';
import { openMatrixSession, openStepSession, type Session } from './step-session.ts';

tf.enableProdMode();
let session: Session | undefined;

/** Steps thrown away before anything is timed: the engine compiles and tiers up. */
const WARM_UP_STEPS = 2;

serve<CostRequest, never, CostResponse>(async (request) => {
  switch (request.type) {
    case 'open': {
      const registry = await PluginRegistry.discover(request.pluginsFrom);
      session = request.cell
        ? await openStepSession(registry, request.cell, request.folders)
        : await openMatrixSession(registry, request.backend);
      const flops = await session.flops();
      await session.steps(WARM_UP_STEPS);
      const { backend, parameters, targets } = session;
      return { type: 'opened', backend, parameters, targets, flops };
    }
    case 'steps':
      return { type: 'steps', milliseconds: await session!.steps(request.count) };
    case 'finish':
      return {
        type: 'finished',
        // Before embedding, so that it is the training step's peak.
        peakBytes: process.resourceUsage().maxRSS * 1024,
        encodeMsPerImage: await session!.encodeMsPerImage(),
      };
  }
});
