import type { RunResult } from '@paretrain/store';

/** The command that does a run again. Options that were given with `--set` are not known any more. */
export function benchAgain({
  suite,
  profile,
  dataset,
  method,
  latentSize,
  backend,
  seed,
  settings,
}: RunResult): string {
  const { path } = settings.dataset.options;
  return [
    `pnpm bench ${suite} --profile ${profile} --datasets ${dataset.name}`,
    ...(typeof path === 'string' ? [`--data ${/^[\w./-]+$/.test(path) ? path : JSON.stringify(path)}`] : []),
    `--methods ${method} --latent-sizes ${latentSize}`,
    ...(settings.lossNetwork ? [`--loss-networks ${settings.lossNetwork.name}`] : []),
    `--backends ${backend.name} --seeds ${seed + 1} --no-cost --force`,
  ].join(' ');
}
