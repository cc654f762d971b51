import {
  ConfigurationError,
  defineMethod,
  type BuiltMethod,
  type Method,
  type MethodContext,
} from '@paretrain/core';
import { buildAutoencoder } from './build.ts';
import type { AutoencoderDefinition, CompleteDefinition } from './definition.ts';
import { autoencoderOptions, type AutoencoderOptions } from './options.ts';

/**
 * The method at one point of the algebra of papers 000-002. Its networks are called `encoder` and `decoder`, its one
 * image constant `features` (the loss network's features of the original image, where encoder or objective need them).
 *
 * @throws {ConfigurationError} where the decoder does not give what the objective compares
 */
export function autoencoder(definition: AutoencoderDefinition): Method<AutoencoderOptions> {
  const complete: CompleteDefinition = {
    variational: false,
    input: 'original',
    target: 'original',
    ...definition,
  };
  const { name, encoder, decoder, objective, variational, input, target } = complete;
  if (objective.predicts !== decoder) {
    throw new ConfigurationError(
      `method '${name}': received a decoder of '${decoder}' with objective '${objective.name}', ` +
        `valid: a decoder of '${objective.predicts}'`,
    );
  }
  const augmented = input === 'augmented' || target === 'augmented';
  const usesLossNetwork =
    encoder === 'features' || decoder === 'features' || objective.compares === 'features';
  return defineMethod<AutoencoderOptions>({
    name,
    version: definition.version ?? '1.0.0',
    ...(definition.label ? { label: definition.label } : {}),
    description: definition.description,
    ...(definition.source ? { source: definition.source } : {}),
    options: autoencoderOptions({ objective, variational }),
    trainsOn: 'pretrain',
    needsLossNetwork: () => usesLossNetwork,
    needsAugmentation: () => augmented,
    build(context: MethodContext<AutoencoderOptions>): BuiltMethod {
      if (augmented && !context.augmentation) {
        throw new ConfigurationError(
          `method '${name}': received no augmentation, it needs one, such as 'policy' of @paretrain/augmentations`,
        );
      }
      if (usesLossNetwork && !context.lossNetwork) {
        throw new ConfigurationError(`method '${name}': received no loss network, it needs one`);
      }
      return buildAutoencoder(complete, context);
    },
  });
}
