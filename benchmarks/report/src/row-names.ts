import { canonicalJson, type RunResult } from '@paretrain/store';

type LossNetworkUse = NonNullable<RunResult['settings']['lossNetwork']>;

/**
 * What stands at the row of a run: its method, with its variant where it has one, and with its loss network where the method was
 * run with several, such as `I-I-PS, caffenet`; and with the options in which uses of the same network differ.
 */
export function rowNames(runs: readonly RunResult[]): (run: RunResult) => string {
  const uses = new Map<string, Map<string, LossNetworkUse>>();
  for (const { method, settings } of runs) {
    if (!settings.lossNetwork) continue;
    const own = uses.get(method) ?? new Map<string, LossNetworkUse>();
    uses.set(method, own.set(keyOf(settings.lossNetwork), settings.lossNetwork));
  }
  return ({ method, variant, settings: { lossNetwork } }) => {
    const all = [...(uses.get(method)?.values() ?? [])];
    const network = lossNetwork && all.length > 1 ? nameAmong(lossNetwork, all) : undefined;
    return [method, variant, network].filter((part) => part !== undefined).join(', ');
  };
}

function keyOf({ name, version, options, weightsChecksum }: LossNetworkUse): string {
  return canonicalJson([name, version, options, weightsChecksum]);
}

function nameAmong(use: LossNetworkUse, all: readonly LossNetworkUse[]): string {
  const others = all.filter((other) => other.name === use.name && keyOf(other) !== keyOf(use));
  const differing = Object.entries(use.options).filter(([option, value]) =>
    others.some((other) => canonicalJson(other.options[option] ?? null) !== canonicalJson(value)),
  );
  const facts = differing.map(([option, value]) => `${option} ${JSON.stringify(value)}`);
  if (others.some((other) => other.version !== use.version)) facts.push(`version ${use.version}`);
  return facts.length > 0 ? `${use.name} (${facts.join(', ')})` : use.name;
}
