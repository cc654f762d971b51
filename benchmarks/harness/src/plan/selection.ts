import {
  ConfigurationError,
  PROFILES,
  UnknownNameError,
  type PluginChoice,
  type ProfileName,
} from '@paretrain/core';

/** What the user asked of a suite, on top of its profile. */
export interface Selection {
  readonly profile: ProfileName;
  readonly datasets?: readonly string[];
  readonly methods?: readonly string[];
  readonly latentSizes?: readonly number[];
  /** For the methods that use one. */
  readonly lossNetworks?: readonly string[];
  /** Random transformations, instead of the suite's, for the methods that train on transformed images. */
  readonly augmentation?: string;
  /** Names of backends. */
  readonly backends: readonly string[];
  readonly seeds?: number;
  /** Folder with the user's own downloads. */
  readonly dataDirectory?: string;
  /** "key=value" pairs, such as training.epochs=3 or dataset.rollouts=10. */
  readonly set: readonly string[];
}

/** Options given with `--set`, by the part they belong to. */
export interface Overrides {
  readonly training: Record<string, unknown>;
  readonly dataset: Record<string, unknown>;
  readonly method: Record<string, unknown>;
  readonly 'loss-network': Record<string, unknown>;
  readonly augmentation: Record<string, unknown>;
  /** By evaluator. */
  readonly evaluator: Record<string, Record<string, unknown>>;
}

const PARTS = ['training', 'dataset', 'method', 'loss-network', 'augmentation', 'evaluator'] as const;

/** @throws {UnknownNameError} */
export function parseProfile(name: string): ProfileName {
  const found = PROFILES.find((profile) => profile === name);
  if (!found) throw new UnknownNameError('profile', name, PROFILES);
  return found;
}

/**
 * Reads `--set` pairs. A value is JSON where it is valid JSON and a text otherwise, so `false`, `0.1`, `[64,32]` and
 * `cached` all work.
 * @throws {ConfigurationError} naming the pair and the valid form
 */
export function parseOverrides(pairs: readonly string[]): Overrides {
  const overrides: Overrides = {
    training: {},
    dataset: {},
    method: {},
    'loss-network': {},
    augmentation: {},
    evaluator: {},
  };
  for (const pair of pairs) {
    const equals = pair.indexOf('=');
    const [part, ...rest] = pair.slice(0, Math.max(0, equals)).split('.');
    if (equals < 1 || rest.length === 0) {
      throw new ConfigurationError(
        `--set: received '${pair}', valid: <part>.<option>=<value> with part ${PARTS.join(', ')}, ` +
          'such as training.epochs=3 or evaluator.mlp.epochs=50',
      );
    }
    const known = PARTS.find((name) => name === part);
    if (!known) throw new UnknownNameError('part of --set', part!, PARTS);
    const value = jsonOrText(pair.slice(equals + 1));
    if (known === 'evaluator') {
      const [evaluator, ...option] = rest;
      if (option.length !== 1) {
        throw new ConfigurationError(
          `--set: received '${pair}', valid: evaluator.<name>.<option>=<value>, such as evaluator.mlp.epochs=50`,
        );
      }
      (overrides.evaluator[evaluator!] ??= {})[option[0]!] = value;
    } else {
      overrides[known][rest.join('.')] = value;
    }
  }
  return overrides;
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/**
 * What the user named: items of the suite in its order and with its options, then plugins that the suite leaves out, with
 * their default options, so that a new method or data set can be tried without changing a suite.
 * @param available names of all plugins of this kind
 * @throws {UnknownNameError}
 */
export function choose<T extends PluginChoice>(
  kind: string,
  items: readonly T[],
  wanted: readonly string[] | undefined,
  available: readonly string[],
): readonly (T | PluginChoice)[] {
  if (!wanted) return items;
  const own = items.map(({ name }) => name);
  for (const name of wanted) {
    if (!own.includes(name) && !available.includes(name)) {
      throw new UnknownNameError(kind, name, [...new Set([...own, ...available])]);
    }
  }
  const others = [...new Set(wanted)].filter((name) => !own.includes(name));
  return [...items.filter(({ name }) => wanted.includes(name)), ...others.map((name) => ({ name }))];
}
