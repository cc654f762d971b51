import { ConfigurationError } from '@paretrain/core';
import type { DataKind } from '../data/data-source.ts';
import { parseOverrides } from '../plan/selection.ts';
import { repeatedFlag } from '../output/flags.ts';

/** Flags that the sub-commands of `data` share. */
export const dataFlags = {
  json: { type: 'boolean', description: 'Print one JSON object' },
  'data-dir': {
    type: 'string',
    description: 'Folder with your own downloads (default: PARETRAIN_DATA_DIR)',
  },
  set: {
    type: 'string',
    description:
      'dataset.<option>=<value>, such as dataset.rollouts=10, or loss-network.<option>=<value>; may be given several times',
  },
} as const;

/** Options of a data set, or of a loss network, that were given with `--set`. @throws {ConfigurationError} */
export function sourceOptions(kind: DataKind, rawArgs: readonly string[]): Record<string, unknown> {
  const { [kind]: options, ...others } = parseOverrides(repeatedFlag('--set', rawArgs));
  if (Object.values(others).some((given) => Object.keys(given).length > 0)) {
    throw new ConfigurationError(`--set: only ${kind}.<option>=<value> is valid here`);
  }
  return options;
}
