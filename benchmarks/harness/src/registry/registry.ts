import { pathToFileURL } from 'node:url';
import {
  ConfigurationError,
  UnknownNameError,
  isPlugin,
  type Augmentation,
  type Backend,
  type Dataset,
  type Evaluator,
  type LossNetworkPlugin,
  type Method,
  type Objective,
  type PluginKind,
  type Suite,
  type Transform,
} from '@paretrain/core';
import { discoverPluginPackages, type PluginPackage } from './discover.ts';

/** What a plugin of each kind is; options are checked by the plugin's own schema. */
export interface PluginTypes {
  objective: Objective;
  method: Method;
  augmentation: Augmentation;
  dataset: Dataset;
  transform: Transform;
  'loss-network': LossNetworkPlugin;
  evaluator: Evaluator;
  backend: Backend;
  suite: Suite;
}

/** Knows every plugin by kind and name, and imports a package only when one of its plugins is asked for. */
export class PluginRegistry {
  readonly #locations = new Map<string, PluginPackage>();

  /**
   * @throws {ConfigurationError} when two packages offer the same kind and name
   */
  constructor(packages: readonly PluginPackage[]) {
    for (const found of packages) {
      for (const [kind, names] of Object.entries(found.offers)) {
        for (const name of names) {
          const key = `${kind}:${name}`;
          const other = this.#locations.get(key);
          if (other && other.entry !== found.entry) {
            throw new ConfigurationError(
              `${kind} '${name}' is offered twice: by ${other.name} (${other.directory}) and ${found.name} ` +
                `(${found.directory}); rename one or remove one of the packages`,
            );
          }
          this.#locations.set(key, found);
        }
      }
    }
  }

  /** A registry of everything that a program started in `from` can use. */
  static async discover(from: string = process.cwd()): Promise<PluginRegistry> {
    return new PluginRegistry(await discoverPluginPackages(from));
  }

  /** Names of a kind, sorted. */
  names(kind: PluginKind): string[] {
    const prefix = `${kind}:`;
    return [...this.#locations.keys()]
      .filter((key) => key.startsWith(prefix))
      .map((key) => key.slice(prefix.length))
      .sort();
  }

  /** The package that offers a plugin. */
  packageOf(kind: PluginKind, name: string): PluginPackage {
    const found = this.#locations.get(`${kind}:${name}`);
    if (!found) throw new UnknownNameError(kind, name, this.names(kind));
    return found;
  }

  /**
   * @throws {UnknownNameError} with the nearest name
   * @throws {ConfigurationError} when the package does not export what its package.json says
   */
  async load<Kind extends PluginKind>(kind: Kind, name: string): Promise<PluginTypes[Kind]> {
    const [, plugin] = await this.#exported(kind, name);
    return plugin as PluginTypes[Kind];
  }

  /**
   * Under which name a plugin's package exports it.
   * @throws as {@link load}
   */
  async exportName(kind: PluginKind, name: string): Promise<string> {
    const [id] = await this.#exported(kind, name);
    return id;
  }

  async #exported(kind: PluginKind, name: string): Promise<readonly [id: string, plugin: unknown]> {
    const found = this.packageOf(kind, name);
    const module = (await import(pathToFileURL(found.entry).href)) as Record<string, unknown>;
    const exported = Object.entries(module).find(
      ([, value]) => isPlugin(value) && value.kind === kind && value.name === name,
    );
    if (exported) return exported;
    throw new ConfigurationError(
      `package ${found.name}: its package.json offers ${kind} '${name}', but ${found.entry} exports no such plugin`,
    );
  }
}
