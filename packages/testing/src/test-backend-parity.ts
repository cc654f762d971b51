import { parseOptions, type Backend, type BackendAvailability, type Method } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { PARITY_CASES } from './backend-parity/all-cases.ts';
import { parityRecord, recordName, writeParityRecord } from './backend-parity/parity-record.ts';
import { PRESET_CASES, runPresetCase } from './backend-parity/preset-cases.ts';
import { repositoryPresets } from './presets.ts';
import { differentiated, runParityCase, type ParityOutcome } from './backend-parity/run-case.ts';

/** Shader compilation and software devices make a step slow. */
const CASE_TIMEOUT = 120_000;
const PRESET_TIMEOUT = 600_000;

export interface BackendParityTest {
  /** Options of the plugin. Default: its own defaults. */
  readonly options?: unknown;
  /** Largest norm-relative error of an operation. Default 1e-5. */
  readonly tolerance?: number;
  /**
   * Which presets are trained against PyTorch: `small` ones are those that a software device trains in seconds. Default:
   * `small` on a software device, `all` elsewhere.
   */
  readonly presets?: 'all' | 'small' | 'none';
  /**
   * Methods among which the presets are, such as `PRESETS` of @paretrain/method-autoencoder and `simpleCnn` of
   * @paretrain/method-supervised; presets that are not among them are skipped. Default: in this repository its own packages',
   * elsewhere none.
   */
  readonly methods?: readonly Method[];
}

/**
 * Registers the parity tests of a backend: every operation that the repository's networks, losses and optimisers use,
 * forward and gradient, over shapes, against tfjs's own `cpu` backend; and three training steps of the presets
 * ({@link BackendParityTest.methods}) against PyTorch. No operation may leave tensors behind. Skips, with the reason, where the backend cannot be used.
 *
 * Where the environment variable `PARETRAIN_PARITY_RECORD` names a folder, a {@link ParityRecord} is written to it, which
 * `pnpm --filter @paretrain/docs backends` makes the table in docs/backends.md of.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a backend of any options
export function testBackendParity(backend: Backend<any>, test: BackendParityTest = {}): void {
  const options = parseOptions(backend, test.options);
  const tolerance = test.tolerance ?? 1e-5;
  const name = recordName(backend.name, test.options);
  const outcomes: ParityOutcome[] = [];
  let found: BackendAvailability;
  let tfjsName: string;
  let methods: readonly Method[];

  const check = (...found: readonly ParityOutcome[]): void => {
    outcomes.push(...found);
    expect(found.flatMap(({ ok, reason }) => (ok ? [] : [reason]))).toEqual([]);
  };
  const skipWhereMissing = (context: TestContext): void => {
    context.skip(!found.available, `${backend.name} is not available here: ${found.reason}; ${found.fix}`);
  };

  describe(`parity of ${name}`, () => {
    beforeAll(async () => {
      methods = test.methods ?? (await repositoryPresets()) ?? [];
      found = await backend.probe(options);
      if (!found.available) {
        // Vitest's reporters do not show why a test was skipped.
        process.stderr.write(`parity of ${name}: skipped. ${found.reason} Fix: ${found.fix}\n`);
        return;
      }
      await backend.activate(options);
      tfjsName = tf.getBackend();
    });
    afterAll(() => {
      const folder = process.env['PARETRAIN_PARITY_RECORD'];
      if (folder && found.available) {
        writeParityRecord(folder, parityRecord(name, found, tolerance, outcomes));
      }
    });

    describe.each(Object.entries(PARITY_CASES))('%s', (_topic, cases) => {
      for (const parity of cases) {
        it(parity.id, { timeout: CASE_TIMEOUT }, async (context) => {
          skipWhereMissing(context);
          check(await runParityCase(parity, 'forward', tfjsName, tolerance));
        });
        if (differentiated(parity).length === 0) continue;
        it(`${parity.id}: gradient`, { timeout: CASE_TIMEOUT }, async (context) => {
          skipWhereMissing(context);
          check(await runParityCase(parity, 'gradient', tfjsName, tolerance));
        });
      }
    });

    describe('presets against PyTorch, three steps at batch 2', () => {
      for (const preset of PRESET_CASES) {
        it(preset.name, { timeout: PRESET_TIMEOUT }, async (context) => {
          skipWhereMissing(context);
          const wanted = test.presets ?? (found.software ? 'small' : 'all');
          context.skip(wanted === 'none' || (wanted === 'small' && !preset.small), 'not asked for here');
          const method = methods.find(({ name }) => name === preset.name);
          if (!method) return context.skip("not among the option 'methods'");
          await tf.setBackend(tfjsName);
          // Errors of single operations add up over a network's depth.
          check(...(await runPresetCase(method, 10 * tolerance)));
        });
      }
    });
  });
}
