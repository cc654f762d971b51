import { resolve } from 'node:path';
import { commandLine, quoted } from '../output/command-line.ts';
import type { FoundRun } from './find-run.ts';

/** The command that does a run again. Options that were given with `--set` are not known any more. */
export function benchAgain({ results, result }: FoundRun): string {
  const { suite, profile, dataset, method, latentSize, backend, seed, settings } = result;
  const { path } = settings.dataset.options;
  const words = [
    `bench ${suite} --profile ${profile} --datasets ${dataset.name}`,
    ...(typeof path === 'string' ? [`--data ${quoted(path)}`] : []),
    `--methods ${method} --latent-sizes ${latentSize}`,
    ...(settings.lossNetwork ? [`--loss-networks ${settings.lossNetwork.name}`] : []),
    `--backends ${backend.name} --seeds ${seed + 1}`,
    ...(results === resolve('results') ? [] : [`--out ${quoted(results)}`]),
    '--no-cost --force',
  ];
  return commandLine(words.join(' '));
}
