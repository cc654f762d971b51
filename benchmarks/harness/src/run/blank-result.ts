import { SCHEMA_VERSION, type RunResult } from '@paretrain/store';
import { describeEnvironment } from '../environment.ts';
import type { ReadyRun } from './messages.ts';

/** A run's result before anything of it is known: what the plan says, and this machine. */
export async function blankResult({ id, planned, settings }: ReadyRun): Promise<RunResult> {
  return {
    schemaVersion: SCHEMA_VERSION,
    id,
    suite: planned.suite,
    profile: planned.profile,
    reference: planned.reference,
    dataset: {
      name: planned.dataset.name,
      version: planned.dataset.version,
      checksum: settings.dataset.checksum,
      counts: {},
    },
    method: planned.method.name,
    ...(planned.variant !== null && { variant: planned.variant }),
    latentSize: planned.latentSize,
    backend: { name: planned.backend, device: null, simd: null, versions: {} },
    seed: planned.seed,
    settings,
    epochs: { run: 0, best: 0 },
    metrics: {},
    headline: null,
    parameters: 0,
    timings: {},
    targets: 'none',
    environment: await describeEnvironment(),
    finishedAt: new Date().toISOString(),
    failure: null,
  };
}
