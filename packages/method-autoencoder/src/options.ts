import { optimizerSettings, type Objective, type OptimizerSettings } from '@paretrain/core';
import { klDivergence, type KlDivergenceOptions } from '@paretrain/loss-kl-divergence';
import { INITIALIZATIONS, type Initialization } from '@paretrain/models';
import { z } from 'zod';

/** Options of a method of the algebra; which of the optional ones exist follows from its definition. */
export interface AutoencoderOptions {
  /** Default: Adam with PyTorch's defaults. */
  readonly optimizer: OptimizerSettings;
  /** How weights begin; default `pytorch`. */
  readonly initialization: Initialization;
  /** Options of the objective, by its own schema, such as `{ reduction: 'sum' }`. */
  readonly objective: unknown;
  /** Variational methods only: gamma, the weight of the KL divergence; default .01, the reference code's. */
  readonly klWeight?: number;
  /** Variational methods only: options of `kl-divergence`. */
  readonly kl?: KlDivergenceOptions;
}

/** The schema of a method's options. An option that means nothing to it does not exist, instead of being ignored. */
export function autoencoderOptions(method: {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- any options: only the schema is used
  readonly objective: Objective<any>;
  readonly variational: boolean;
}): z.ZodType<AutoencoderOptions> {
  const schema = z.strictObject({
    optimizer: optimizerSettings.prefault({}),
    initialization: z.enum(INITIALIZATIONS).default('pytorch'),
    objective: (method.objective.options as z.ZodType<unknown, unknown>).prefault({}),
    ...(method.variational
      ? {
          klWeight: z.number().min(0).default(0.01),
          kl: (klDivergence.options as z.ZodType<KlDivergenceOptions, unknown>).prefault({}),
        }
      : {}),
  });
  return schema as unknown as z.ZodType<AutoencoderOptions>;
}
